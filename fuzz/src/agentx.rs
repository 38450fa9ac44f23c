//! AgentX: its messages, and what a master agent and a sub-agent make of whatever comes from the other side.

use mibc_agentx::pdu::{Frames, Pdu};

/// What is read is written so that it is read as the same.
pub fn agentx_pdu(data: &[u8]) {
    let mut frames = Frames::new();
    frames.push(data);
    while let Ok(Some((header, payload))) = frames.next_frame() {
        let Ok(pdu) = Pdu::decode(&header, payload) else { continue };
        let mut octets = Vec::new();
        // The prefix of OIDs makes it shorter, never longer than the limit allows for what was read.
        if pdu.encode(&mut octets).is_err() {
            continue;
        }
        let mut again = Frames::new();
        again.push(&octets);
        let (header, payload) = again.next_frame().expect("it is a frame").expect("it is whole");
        assert_eq!(Pdu::decode(&header, payload).as_ref(), Ok(&pdu));
    }
}

/// The sessions of a master agent, with all that sub-agents ask of it, and their answers.
pub fn agentx_master(data: &[u8]) {
    mibc_agentx::fuzzing::master(data);
}

/// The session of a sub-agent, which serves something that can be read and set.
pub fn agentx_subagent(data: &[u8]) {
    mibc_agentx::fuzzing::subagent(data);
}
