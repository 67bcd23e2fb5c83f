//! One pack: which of its entries hold the blobs that are wanted, which entries those are deltas of, and the bytes of
//! an entry.
//!
//! The pack is read and never mapped, so that it takes no memory however large it is.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::Path;

use gix::ObjectId;
use gix::odb::pack::data::Entry;
use gix::odb::pack::data::entry::Header;
use gix::odb::pack::index;

/// No node, no blob.
pub(super) const NONE: u32 = u32::MAX;
/// As many bytes as the header of an entry can have, with the id of its base.
const HEADER: usize = 48;

/// An entry, and its place among those that depend on one another.
pub(super) struct Node {
    offset: u64,
    /// Where the next entry begins.
    end: u64,
    /// How long its header is.
    header: u8,
    /// How many bytes it inflates to: an object, or a delta.
    pub(super) size: u64,
    /// Whether it is a delta.
    pub(super) delta: bool,
    /// Which of the wanted blobs it holds, or [`NONE`].
    pub(super) blob: u32,
    /// The first of the entries that are deltas of this one, or [`NONE`].
    pub(super) child: u32,
    /// The next of those that share its base, or [`NONE`].
    pub(super) next: u32,
    /// How many entries depend on it, itself included.
    pub(super) weight: u32,
}

/// A pack and the entries that matter in it.
pub(super) struct Pack {
    file: File,
    pub(super) nodes: Vec<Node>,
    /// Entries that are no deltas, by their place in the pack.
    pub(super) roots: Vec<u32>,
}

impl Pack {
    /// Opens the pack of an index and finds the entries of those blobs that `missing` says are still to be found.
    /// What is found is no longer missing.
    pub(super) fn open(path: &Path, hash: gix::hash::Kind, wanted: &[ObjectId], missing: &mut [bool]) -> Option<Self> {
        let index = index::File::at(path, hash).ok()?;
        let mut entries: Vec<(u64, u32)> = Vec::new();
        for (at, id) in wanted.iter().enumerate().filter(|(at, _)| missing[*at]) {
            entries.extend(index.lookup(id).map(|entry| (index.pack_offset_at_index(entry), at as u32)));
        }
        if entries.is_empty() {
            return None;
        }
        let file = File::open(path.with_extension("pack")).ok()?;
        let length = file.metadata().ok()?.len().checked_sub(hash.len_in_bytes() as u64)?;
        let mut offsets = index.sorted_offsets();
        offsets.push(length);
        entries.sort_unstable();
        let builder = Builder {
            window: Window { file: &file, start: 0, bytes: Vec::new() },
            hash,
            index: &index,
            offsets: &offsets,
            nodes: Vec::with_capacity(entries.len()),
            known: HashMap::with_capacity(entries.len()),
            parents: Vec::with_capacity(entries.len()),
        };
        let (nodes, roots) = builder.build(&entries);
        nodes.iter().filter(|node| node.blob != NONE).for_each(|node| missing[node.blob as usize] = false);
        Some(Self { file, nodes, roots })
    }

    /// The compressed bytes of an entry.
    pub(super) fn read(&self, node: &Node, buffer: &mut Vec<u8>) -> io::Result<()> {
        let start = node.offset + u64::from(node.header);
        let length = node.end.saturating_sub(start);
        buffer.resize(usize::try_from(length).unwrap_or_default(), 0);
        read_at(&self.file, buffer, start)
    }
}

struct Builder<'p> {
    window: Window<'p>,
    hash: gix::hash::Kind,
    index: &'p index::File,
    offsets: &'p [u64],
    nodes: Vec<Node>,
    /// Nodes by their places in the pack.
    known: HashMap<u64, u32>,
    parents: Vec<u32>,
}

impl Builder<'_> {
    fn build(mut self, entries: &[(u64, u32)]) -> (Vec<Node>, Vec<u32>) {
        for (offset, blob) in entries {
            if let Some(node) = self.with_bases(*offset) {
                self.nodes[node as usize].blob = *blob;
            }
        }
        let mut roots = Vec::new();
        for at in 0..self.nodes.len() {
            match self.parents[at] {
                NONE if self.nodes[at].delta => {}
                NONE => roots.push(at as u32),
                parent => {
                    self.nodes[at].next = self.nodes[parent as usize].child;
                    self.nodes[parent as usize].child = at as u32;
                }
            }
        }
        weigh(&mut self.nodes, &roots);
        roots.sort_by_key(|root| self.nodes[*root as usize].offset);
        (self.nodes, roots)
    }

    /// The node of an entry, made together with those of all entries that it is a delta of.
    fn with_bases(&mut self, offset: u64) -> Option<u32> {
        let mut at = offset;
        let mut child: Option<u32> = None;
        let first = loop {
            if let Some(known) = self.known.get(&at).copied() {
                if let Some(child) = child {
                    self.parents[child as usize] = known;
                }
                break *self.known.get(&offset)?;
            }
            let (node, base) = self.node(at)?;
            let number = self.nodes.len() as u32;
            self.nodes.push(node);
            self.parents.push(NONE);
            self.known.insert(at, number);
            if let Some(child) = child {
                self.parents[child as usize] = number;
            }
            child = Some(number);
            match base {
                Some(base) => at = base,
                None => break *self.known.get(&offset)?,
            }
        };
        Some(first)
    }

    /// An entry by itself, and where its base is. A delta whose base is in another pack has none.
    fn node(&mut self, offset: u64) -> Option<(Node, Option<u64>)> {
        let end = *self.offsets.get(self.offsets.partition_point(|other| *other <= offset))?;
        let bytes = self.window.at(offset, HEADER.min(usize::try_from(end - offset).ok()?))?;
        let entry = Entry::from_bytes(bytes, offset, self.hash).ok()?;
        let base = match entry.header {
            Header::OfsDelta { base_distance } => offset.checked_sub(base_distance).filter(|base| *base < offset),
            Header::RefDelta { base_id } => {
                self.index.lookup(base_id).map(|entry| self.index.pack_offset_at_index(entry))
            }
            _ => None,
        };
        let header = u8::try_from(entry.data_offset - offset).ok()?;
        let (size, delta) = (entry.decompressed_size, entry.header.is_delta());
        let node = Node { offset, end, header, size, delta, blob: NONE, child: NONE, next: NONE, weight: 1 };
        Some((node, base))
    }
}

/// Counts what depends on each node. Without recursion: a chain can be long.
fn weigh(nodes: &mut [Node], roots: &[u32]) {
    let mut order: Vec<u32> = roots.to_vec();
    let mut at = 0;
    let mut parent: HashMap<u32, u32> = HashMap::new();
    while let Some(number) = order.get(at).copied() {
        at += 1;
        let mut child = nodes[number as usize].child;
        while child != NONE {
            parent.insert(child, number);
            order.push(child);
            child = nodes[child as usize].next;
        }
    }
    for number in order.into_iter().rev() {
        if let Some(parent) = parent.get(&number) {
            nodes[*parent as usize].weight += nodes[number as usize].weight;
        }
    }
}

/// A part of the pack that was read at once: headers are asked for in the order in which they lie there.
struct Window<'f> {
    file: &'f File,
    start: u64,
    bytes: Vec<u8>,
}

impl Window<'_> {
    const SIZE: usize = 64 * 1024;

    fn at(&mut self, offset: u64, length: usize) -> Option<&[u8]> {
        let inside = |start: u64, size: usize| {
            let from = usize::try_from(offset.checked_sub(start)?).ok()?;
            (from + length <= size).then_some(from)
        };
        let from = match inside(self.start, self.bytes.len()) {
            Some(from) => from,
            None => {
                self.start = offset;
                self.bytes.resize(Self::SIZE, 0);
                let filled = fill_at(self.file, &mut self.bytes, offset).ok()?;
                self.bytes.truncate(filled);
                inside(self.start, filled)?
            }
        };
        self.bytes.get(from..from + length)
    }
}

/// Reads until the buffer is full or the file ends.
fn fill_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read_some_at(file, &mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    match fill_at(file, buffer, offset)? {
        filled if filled == buffer.len() => Ok(()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(unix)]
fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}
