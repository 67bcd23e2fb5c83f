//! Dates without a calendar library: all that is needed is to write a day and to read one.

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// Now, in seconds since the start of 1970.
pub(crate) fn now() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.ok().and_then(|now| i64::try_from(now.as_secs()).ok()).unwrap_or_default()
}

/// The day of a second since the start of 1970, as in `2024-05-31`.
pub(crate) fn day(seconds: i64) -> String {
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// A moment in a time zone, as RFC 3339 writes it.
pub(crate) fn moment(seconds: i64, offset: i32) -> String {
    let local = seconds.saturating_add(offset.into());
    let of_day = local.rem_euclid(DAY);
    let (hours, minutes, rest) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let sign = if offset < 0 { '-' } else { '+' };
    let zone = offset.unsigned_abs() / 60;
    format!("{}T{hours:02}:{minutes:02}:{rest:02}{sign}{:02}:{:02}", day(local), zone / 60, zone % 60)
}

/// Reads `2024-05-31` (its first second in UTC), or a moment as RFC 3339 writes it (`2024-05-31T18:03:05+02:00`).
///
/// # Errors
/// What to write instead.
pub fn parse(text: &str) -> Result<i64, String> {
    read(text.trim()).ok_or_else(|| "write it as `2026-05-31` or `2026-05-31T18:03:05Z`".to_owned())
}

fn read(text: &str) -> Option<i64> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let days = days(year, month, day);
    // A day that no calendar has comes back as another.
    (civil(days) == (year, month, day)).then_some(())?;
    let seconds = days * DAY;
    let Some(time) = time else { return Some(seconds) };
    let (clock, zone) = match time.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 0),
        None => {
            let at = time.rfind(['+', '-'])?;
            let [hours, minutes] = numbers(&time[at + 1..], ':', [2, 2])?;
            let zone = hours * 3600 + minutes * 60;
            (&time[..at], if time[at..].starts_with('-') { -zone } else { zone })
        }
    };
    let clock = clock.split_once('.').map_or(clock, |(clock, _)| clock);
    let [hours, minutes, rest] = numbers(clock, ':', [2, 2, 2])?;
    (hours < 24 && minutes < 60 && rest < 61).then_some(seconds + hours * 3600 + minutes * 60 + rest - zone)
}

/// So many numbers of these widths.
fn numbers<const N: usize>(text: &str, between: char, widths: [usize; N]) -> Option<[i64; N]> {
    let mut found = [0; N];
    let mut parts = text.split(between);
    for (number, width) in found.iter_mut().zip(widths) {
        let part = parts.next().filter(|part| part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(found)
}

/// Year, month and day of a day since the start of 1970 (Howard Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
}

/// The day since the start of 1970 of a date (Howard Hinnant's `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_written() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(951_782_400), "2000-02-29");
        assert_eq!(day(-1), "1969-12-31");
        assert_eq!(moment(1_717_171_385, 7200), "2024-05-31T18:03:05+02:00");
        assert_eq!(moment(1_717_171_385, -12_600), "2024-05-31T12:33:05-03:30");
        assert_eq!(moment(0, -60), "1969-12-31T23:59:00-00:01");
        // Nothing that a commit can claim breaks it.
        assert!(!moment(i64::MAX, i32::MAX).is_empty() && !moment(i64::MIN, i32::MIN).is_empty());
    }

    #[test]
    fn days_and_moments_are_read() {
        assert_eq!(parse("1970-01-01"), Ok(0));
        assert_eq!(parse("2024-05-31T18:03:05+02:00"), Ok(1_717_171_385));
        assert_eq!(parse("2024-05-31T16:03:05.250Z"), Ok(1_717_171_385));
        for day_number in (-200_000..200_000).step_by(97) {
            assert_eq!(parse(&day(day_number * DAY)), Ok(day_number * DAY), "{}", day(day_number * DAY));
        }
        for wrong in [
            "",
            "yesterday",
            "2024-02-30",
            "2024-13-01",
            "24-01-01",
            "2024-01-01T10:00",
            "2024-01-01T25:00:00Z",
            "2024-1-1",
        ] {
            assert!(parse(wrong).unwrap_err().contains("2026-05-31"), "{wrong}");
        }
    }
}
