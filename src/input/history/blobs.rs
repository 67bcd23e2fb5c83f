//! The blobs themselves, each inflated once: those in packs by their delta chains, from the base down, the rest one by one.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use gix::ObjectId;
use gix::objs::{Find, Kind};
use gix::odb::Header;
use gix::zlib::{Inflate, Status};
use rayon::prelude::*;

use super::pack::{NONE, Node, Pack};
use super::{delta, pack};
use crate::input::git::said;

/// Larger objects are not taken into memory.
const HUGE: u64 = 64 << 20;
/// Chains that so many entries depend on are shared out among the threads.
const SHARED: u32 = 64;

/// Reads these blobs, sorted by id, and hands each to `look` by its place in the list; what can't be read goes to
/// `complain`, with what is wrong with it. Gives the number of bytes.
pub(super) fn read(
    repository: &gix::ThreadSafeRepository,
    wanted: &[ObjectId],
    look: &(dyn Fn(usize, &[u8]) + Sync),
    complain: &(dyn Fn(usize, String) + Sync),
) -> u64 {
    let room = Room { look, complain, bytes: AtomicU64::new(0), left: Mutex::default() };
    let local = repository.to_thread_local();
    let mut missing = vec![true; wanted.len()];
    for path in indices(&local) {
        if let Some(pack) = Pack::open(&path, local.object_hash(), wanted, &mut missing) {
            let reading = Reading { room: &room, pack: &pack };
            pack.roots.par_iter().for_each(|root| reading.root(&pack.nodes[*root as usize]));
            // What hangs on a base that isn't in this pack, or on itself.
            let mut reached = vec![false; pack.nodes.len()];
            let mut open = pack.roots.clone();
            while let Some(number) = open.pop() {
                reached[number as usize] = true;
                reading.children(&pack.nodes[number as usize]).for_each(|child| open.push(child));
            }
            let lost = pack.nodes.iter().zip(&reached).filter(|(_, reached)| !**reached).map(|(node, _)| node.blob);
            room.leave(lost.filter(|blob| *blob != NONE));
        }
    }
    let loose = missing.iter().enumerate().filter(|(_, missing)| **missing).map(|(at, _)| at as u32);
    room.leave(loose);
    let mut left = std::mem::take(&mut *room.left.lock().unwrap_or_else(PoisonError::into_inner));
    left.sort_unstable();
    left.par_chunks(64).for_each_init(
        || {
            let mut odb = repository.to_thread_local().objects;
            odb.ignore_replacements = true;
            odb.unset_object_cache();
            odb.refresh_never();
            odb
        },
        |odb, run| run.iter().for_each(|at| room.one(odb, *at as usize, &wanted[*at as usize])),
    );
    room.bytes.into_inner()
}

/// The indices of all packs, alternates' included.
fn indices(repository: &gix::Repository) -> Vec<PathBuf> {
    let store = repository.objects.store_ref();
    let mut folders = vec![store.path().to_path_buf()];
    folders.extend(store.alternate_db_paths().unwrap_or_default());
    let mut indices: Vec<PathBuf> = Vec::new();
    for folder in folders {
        let entries = std::fs::read_dir(folder.join("pack")).into_iter().flatten().flatten();
        indices
            .extend(entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "idx")));
    }
    indices.sort();
    indices
}

/// What all threads share.
struct Room<'r> {
    look: &'r (dyn Fn(usize, &[u8]) + Sync),
    complain: &'r (dyn Fn(usize, String) + Sync),
    bytes: AtomicU64,
    /// Blobs that no pack gave.
    left: Mutex<Vec<u32>>,
}

impl Room<'_> {
    fn leave(&self, blobs: impl Iterator<Item = u32>) {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).extend(blobs);
    }

    fn hand_out(&self, blob: u32, bytes: &[u8]) {
        if blob != NONE {
            self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            (self.look)(blob as usize, bytes);
        }
    }

    /// One blob by itself, wherever it is.
    fn one(&self, odb: &gix::OdbHandle, at: usize, id: &ObjectId) {
        let missing = "is missing and was not read; in a partial clone, `git fetch --refetch` gets it".to_owned();
        let broken = |error: &gix::Error| format!("can't be read ({}); `git fsck` says more", said(error));
        match odb.try_header(id) {
            Ok(Some(header)) if header.size() > HUGE => return (self.complain)(at, huge(header.size())),
            Ok(Some(_)) => {}
            Ok(None) => return (self.complain)(at, missing),
            Err(error) => return (self.complain)(at, broken(&error)),
        }
        let mut buffer = Vec::new();
        match odb.try_find(id, &mut buffer) {
            Ok(Some(data)) if data.kind == Kind::Blob => self.hand_out(at as u32, data.data),
            Ok(Some(data)) => (self.complain)(at, format!("is a {}; `git fsck` says more", data.kind)),
            Ok(None) => (self.complain)(at, missing),
            Err(error) => (self.complain)(at, broken(&error)),
        }
    }
}

fn huge(size: u64) -> String {
    format!("has {size} bytes, more than are looked into; list its path in .mpcheckignore if it is no text")
}

thread_local! {
    /// Compressed bytes, a delta, and what inflates them.
    static TOOLS: RefCell<(Vec<u8>, Vec<u8>, Inflate)> = RefCell::default();
}

/// One pack being read.
struct Reading<'r> {
    room: &'r Room<'r>,
    pack: &'r Pack,
}

impl Reading<'_> {
    /// The entries that are deltas of this one.
    fn children(&self, node: &Node) -> impl Iterator<Item = u32> {
        let next = |number: u32| (number != NONE).then_some(number);
        std::iter::successors(next(node.child), move |number| next(self.pack.nodes[*number as usize].next))
    }

    fn root(&self, node: &Node) {
        match self.whole(node) {
            Some(bytes) => self.visit(node, bytes),
            None => self.give_up(node),
        }
    }

    /// Hands out an object, then all that are made from it. A chain is followed in a loop; only where it branches is
    /// the object kept until the last branch has been made.
    fn visit(&self, node: &Node, bytes: Vec<u8>) {
        let (mut node, mut bytes) = (node, bytes);
        loop {
            self.room.hand_out(node.blob, &bytes);
            let mut children = self.children(node);
            let Some(first) = children.next() else { return };
            let child = &self.pack.nodes[first as usize];
            if children.next().is_none() {
                match self.made(child, &bytes) {
                    Some(made) => (node, bytes) = (child, made),
                    None => return self.give_up(child),
                }
                continue;
            }
            let branch = |number: &u32| {
                let child = &self.pack.nodes[*number as usize];
                match self.made(child, &bytes) {
                    Some(made) => self.visit(child, made),
                    None => self.give_up(child),
                }
            };
            let children: Vec<u32> = self.children(node).collect();
            match node.weight > SHARED {
                true => children.par_iter().for_each(branch),
                false => children.iter().for_each(branch),
            }
            return;
        }
    }

    /// The object of an entry that is no delta.
    fn whole(&self, node: &Node) -> Option<Vec<u8>> {
        if node.size > HUGE {
            return None;
        }
        let mut bytes = vec![0; node.size as usize];
        TOOLS.with_borrow_mut(|(compressed, _, inflate)| self.inflate(node, compressed, inflate, &mut bytes))?;
        Some(bytes)
    }

    /// The object that an entry makes from its base.
    fn made(&self, node: &Node, base: &[u8]) -> Option<Vec<u8>> {
        if node.size > HUGE {
            return None;
        }
        TOOLS.with_borrow_mut(|(compressed, bytes, inflate)| {
            bytes.resize(node.size as usize, 0);
            self.inflate(node, compressed, inflate, bytes)?;
            let (_, size, _) = delta::sizes(bytes)?;
            if size as u64 > HUGE { None } else { delta::apply(base, bytes) }
        })
    }

    fn inflate(&self, node: &Node, compressed: &mut Vec<u8>, inflate: &mut Inflate, out: &mut [u8]) -> Option<()> {
        self.pack.read(node, compressed).ok()?;
        inflate.reset();
        let (status, _, written) = inflate.once(compressed, out).ok()?;
        (status == Status::StreamEnd && written == out.len()).then_some(())
    }

    /// Leaves an entry and all that are made from it to be read one by one: another pack may have them whole.
    fn give_up(&self, node: &Node) {
        self.room.leave(std::iter::once(node.blob).filter(|blob| *blob != pack::NONE));
        let mut open: Vec<u32> = self.children(node).collect();
        while let Some(number) = open.pop() {
            let node = &self.pack.nodes[number as usize];
            self.room.leave(std::iter::once(node.blob).filter(|blob| *blob != pack::NONE));
            open.extend(self.children(node));
        }
    }
}
