//! Which values a StorageType column takes (RFC 2579 §2, StorageType).

use crate::entity::SetError;

/// Checks a SET of a StorageType column: whether a row with `current` may become `new`.
///
/// other(1), volatile(2) and nonVolatile(3) may become each other. Nothing may become permanent(4) or readOnly(5) by
/// a SET, and what is one of these stays it.
///
/// # Errors
///
/// wrongValue, as the standard asks for all illegal modifications.
pub fn check_storage_type(current: Option<i32>, new: i32) -> Result<(), SetError> {
    let changeable = 1..=3;
    if changeable.contains(&new) && current.is_none_or(|current| changeable.contains(&current)) {
        Ok(())
    } else {
        Err(SetError::wrong_value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::ErrorStatus;

    /// S23
    #[test]
    fn permanent_and_read_only_are_neither_left_nor_reached() {
        for (current, new, allowed) in [
            (None, 2, true),
            (None, 4, false),
            (Some(2), 3, true),
            (Some(3), 4, false),
            (Some(3), 5, false),
            (Some(4), 3, false),
            (Some(4), 4, false),
            (Some(5), 1, false),
            (Some(1), 0, false),
            (Some(1), 6, false),
        ] {
            let result = check_storage_type(current, new).map_err(|error| error.status());
            let expected = if allowed { Ok(()) } else { Err(ErrorStatus::WRONG_VALUE) };
            assert_eq!(result, expected, "{current:?} to {new}");
        }
    }
}
