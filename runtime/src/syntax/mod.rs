//! The vocabulary of SMI that compiler and runtime share: base types, access, status.

mod access;
mod base;
mod status;

pub use access::Access;
pub use base::BaseType;
pub use status::Status;

/// A word that is not one of the keywords expected there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {expected}; one of {allowed} is expected")]
pub struct UnknownWord {
    /// The word that was found.
    pub found: String,
    /// What the word should have been, with its article, such as "an access".
    pub expected: &'static str,
    /// The spellings that exist, separated by commas.
    pub allowed: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_reads_back() {
        for base in BaseType::ALL {
            assert_eq!(base.as_str().parse(), Ok(base));
            assert_eq!(BaseType::from_code(base.code()), Some(base));
        }
        for access in Access::ALL {
            assert_eq!(access.as_str().parse(), Ok(access));
            assert_eq!(Access::from_code(access.code()), Some(access));
        }
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(Status::from_code(status.code()), Some(status));
        }
        assert_eq!(BaseType::from_code(11), None);
        assert_eq!(Access::from_code(7), None);
        assert_eq!(Status::from_code(5), None);
    }

    #[test]
    fn unknown_words_say_what_exists() {
        let error = "readonly".parse::<Access>().unwrap_err();
        assert_eq!(error.found, "readonly");
        assert!(error.to_string().contains("read-only"), "{error}");
        assert!("integer32".parse::<BaseType>().is_err());
        assert!("".parse::<Status>().is_err());
    }

    #[test]
    fn access_says_what_a_peer_may_do() {
        assert!(Access::ReadCreate.is_readable() && Access::ReadCreate.is_writable());
        assert!(Access::ReadOnly.is_readable() && !Access::ReadOnly.is_writable());
        assert!(!Access::WriteOnly.is_readable() && Access::WriteOnly.is_writable());
        for access in [Access::NotAccessible, Access::AccessibleForNotify, Access::NotImplemented] {
            assert!(!access.is_readable() && !access.is_writable(), "{access}");
        }
    }
}
