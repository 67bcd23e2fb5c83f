//! One file through the prefilter, by chunks: the bytes of a file that says nothing of Mixpanel are never kept, and a
//! huge one takes no more memory than a small one.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use super::decode::is_binary;
use super::prefilter::{OVERLAP, Prefilter, is_wide};
use super::tree::{ReadError, read_up_to};

/// How much is read at a time: what most files fit in, and what a processor's cache holds.
const CHUNK: usize = 64 * 1024;

/// A reader of many files that reuses one buffer; each thread has its own.
pub struct Scanner {
    buffer: Vec<u8>,
    limit: u64,
    prefilter: Prefilter,
}

/// What a file turned out to be.
pub enum Scanned {
    /// It holds none of the prefilter's needles.
    Silent,
    /// It isn't text.
    Binary,
    /// It is worth a closer look, and these are its bytes.
    Candidate(Vec<u8>),
}

impl Scanner {
    /// A scanner that keeps no file of more than `limit` bytes.
    pub fn new(limit: u64, prefilter: Prefilter) -> Self {
        Self { buffer: vec![0; CHUNK], limit, prefilter }
    }

    /// Reads a file; `wanted` asks for its bytes whatever they say. A silent file is silent at any size, but one that is
    /// wanted or speaks of Mixpanel and is larger than the limit is an error.
    ///
    /// The caller knows from the folder's listing that it is a regular file: `stat` for every file would cost as much
    /// as opening it.
    pub fn scan(&mut self, path: &Path, wanted: bool) -> Result<Scanned, ReadError> {
        let mut file = File::open(path).map_err(|error| ReadError::while_reading(&error))?;
        let mut filled = self.fill(&mut file, 0)?;
        if is_binary(&self.buffer[..filled]) {
            return Ok(Scanned::Binary);
        }
        let wide = is_wide(&self.buffer[..filled]);
        let mut first = true;
        loop {
            let chunk = &self.buffer[..filled];
            let last = filled < CHUNK;
            if wanted || self.prefilter.has_needle(chunk, wide) {
                return match first && last {
                    true => read_up_to(chunk, filled as u64, self.limit),
                    false => self.load(file),
                }
                .map(Scanned::Candidate);
            }
            if last {
                return Ok(Scanned::Silent);
            }
            self.buffer.copy_within(CHUNK - OVERLAP.., 0);
            filled = self.fill(&mut file, OVERLAP)?;
            first = false;
        }
    }

    /// Fills the buffer from `start` on; less than full only at the end of the file.
    fn fill(&mut self, file: &mut File, start: usize) -> Result<usize, ReadError> {
        let mut filled = start;
        while filled < CHUNK {
            match file.read(&mut self.buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(ReadError::while_reading(&error)),
            }
        }
        Ok(filled)
    }

    /// All bytes of a file that has been read in part.
    fn load(&self, mut file: File) -> Result<Vec<u8>, ReadError> {
        let size = file.metadata().and_then(|metadata| file.rewind().map(|()| metadata.len()));
        read_up_to(file, size.map_err(|error| ReadError::while_reading(&error))?, self.limit)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn scan(bytes: &[u8], limit: u64, wanted: bool) -> Result<Scanned, ReadError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), bytes).unwrap();
        Scanner::new(limit, Prefilter::default()).scan(file.path(), wanted)
    }

    #[test]
    fn a_needle_is_found_wherever_the_chunks_are_cut() {
        for before in (CHUNK - 40..CHUNK + 8).chain(2 * CHUNK - 140..2 * CHUNK - 50).chain([0, 5 * CHUNK]) {
            for after in [0, 100, CHUNK] {
                let bytes = [vec![b'.'; before], b"x.mp-service-account".to_vec(), vec![b'.'; after]].concat();
                match scan(&bytes, u64::MAX, false).unwrap() {
                    Scanned::Candidate(found) => assert!(found == bytes, "{before} {after}"),
                    _ => panic!("missed behind {before} bytes"),
                }
            }
        }
    }

    #[test]
    fn utf16_is_cut_safely_too() {
        for before in CHUNK / 2 - 30..CHUNK / 2 + 8 {
            let text = format!("\u{feff}{}mp-service-account and more", ".".repeat(before));
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(matches!(scan(&bytes, u64::MAX, false), Ok(Scanned::Candidate(_))), "{before}");
        }
    }

    #[test]
    fn size_matters_only_where_there_is_something_to_read() {
        let silent = vec![b'.'; 3 * CHUNK];
        let size = silent.len() as u64;
        assert!(matches!(scan(&silent, 10, false), Ok(Scanned::Silent)));
        assert!(matches!(scan(&silent, 10, true), Err(ReadError::TooLarge { limit: 10, .. })));
        assert!(matches!(scan(&silent, size, true), Ok(Scanned::Candidate(_))));
        let speaking = [silent, b"mixpanel".to_vec()].concat();
        assert!(matches!(scan(&speaking, size, false), Err(ReadError::TooLarge { .. })));
        assert!(matches!(scan(b"mixpanel", 7, false), Err(ReadError::TooLarge { size: 8, limit: 7 })));
        assert!(matches!(scan(b"mixpanel\0", 100, false), Ok(Scanned::Binary)));
        assert!(matches!(scan(b"", 100, false), Ok(Scanned::Silent)));
    }

    #[test]
    fn a_file_that_is_gone_has_vanished() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            Scanner::new(9, Prefilter::default()).scan(&folder.path().join("gone"), false),
            Err(ReadError::Vanished)
        ));
        assert!(matches!(
            Scanner::new(9, Prefilter::default()).scan(folder.path(), false),
            Err(ReadError::NotAFile("folder"))
        ));
    }
}
