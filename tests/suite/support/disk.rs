//! A disk that fails when a test says so: a small library that is loaded into the process under test and
//! lets its calls on the files of the database fail.
//!
//! It is compiled here, by the C compiler that Rust links with.

use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// What a disk that is broken answers, and one that is full.
pub(crate) const ERRORS: [i32; 2] = [
    rustix::io::Errno::IO.raw_os_error(),
    rustix::io::Errno::NOSPC.raw_os_error(),
];

/// The disk of the processes that it was given to.
pub(crate) struct Disk {
    plan: PathBuf,
    run: u32,
}

impl Disk {
    /// One that is well, told by a file in this folder.
    pub(crate) fn well(folder: &Path) -> Self {
        let mut disk = Self {
            plan: folder.join("disk-faults"),
            run: 0,
        };
        disk.heal();
        disk
    }

    /// Has a program that is about to be run work on it.
    pub(crate) fn carries(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", LIBRARY.as_path())
            .env("DISK_FAULTS", &self.plan);
    }

    /// The same where it is the files below this folder that fail.
    pub(crate) fn carries_those_below(&self, command: &mut Command, folder: &str) {
        self.carries(command);
        command.env("DISK_FAULTS_OF", format!("/{folder}/"));
    }

    /// What a program is told whose files below this folder fail.
    pub(crate) fn environment(&self, folder: &str) -> [(&'static str, String); 3] {
        [
            ("LD_PRELOAD", LIBRARY.display().to_string()),
            ("DISK_FAULTS", self.plan.display().to_string()),
            ("DISK_FAULTS_OF", format!("/{folder}/")),
        ]
    }

    /// From now on so many calls go well, and the next fails with this error.
    pub(crate) fn fail_after(&mut self, calls: u32, error: i32) {
        self.set(format!("{calls} 1 {error}"));
    }

    /// Everything fails with this error from now on.
    pub(crate) fn fail_always(&mut self, error: i32) {
        self.set(format!("0 1000000 {error}"));
    }

    /// Nothing fails any more.
    pub(crate) fn heal(&mut self) {
        self.set("0 0 0".to_owned());
    }

    /// How many calls have failed so far.
    pub(crate) fn failures(&self) -> u64 {
        let left = self.plan.with_extension("failed");
        fs::metadata(left).map_or(0, |about| about.len())
    }

    fn set(&mut self, plan: String) {
        self.run += 1;
        let run = self.run;
        // Never half a file: the process reads it at every call.
        let fresh = self.plan.with_extension("fresh");
        fs::write(&fresh, format!("{run} {plan}")).unwrap();
        fs::rename(&fresh, &self.plan).unwrap();
    }
}

static LIBRARY: LazyLock<PathBuf> = LazyLock::new(|| compiled("disk_faults"));

/// A library of `tests/data` that is loaded into a program.
fn compiled(name: &str) -> PathBuf {
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.so"));
    let fresh = library.with_extension(std::process::id().to_string());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/{name}.c"));
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&fresh, &source])
        .arg("-ldl")
        .output()
        .expect("cc is not there; install the package gcc");
    assert!(compiled.status.success(), "{compiled:?}");
    fs::rename(fresh, &library).unwrap();
    library
}

static TELLING: LazyLock<PathBuf> = LazyLock::new(|| compiled("disk_log"));

/// Sectors are what a disk writes whole or not at all.
const SECTOR: usize = 512;

/// What was done to the files of a database, in its order.
#[derive(Clone, Debug)]
enum Done {
    Written(usize, usize, Vec<u8>),
    Cut(usize, usize),
    Synced(usize),
}

/// A disk that tells what a server gave it, so that any moment of a power cut can be made.
pub(crate) struct Told {
    log: PathBuf,
}

impl Told {
    /// Told by a file in this folder.
    pub(crate) fn below(folder: &Path) -> Self {
        Self {
            log: folder.join("disk-log"),
        }
    }

    /// Has a program that is about to be run work on it.
    pub(crate) fn carries(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", TELLING.as_path())
            .env("DISK_LOG", &self.log);
    }

    /// How much was told so far.
    pub(crate) fn so_far(&self) -> u64 {
        fs::metadata(&self.log).map_or(0, |about| about.len())
    }

    /// Everything that was done until then, record by record, each with where it ended.
    fn done(&self, until: u64) -> Vec<Done> {
        let bytes = fs::read(&self.log).unwrap();
        let mut rest = &bytes[..usize::try_from(until).unwrap()];
        let mut done = Vec::new();
        while let Some((head, after)) = rest.split_at_checked(16) {
            let number = |range: std::ops::Range<usize>| {
                let mut wide = [0; 8];
                wide[..range.len()].copy_from_slice(&head[range]);
                usize::try_from(u64::from_le_bytes(wide)).unwrap()
            };
            let (file, length, place) = (usize::from(head[1]), number(4..8), number(8..16));
            let Some((written, after)) = after.split_at_checked(length) else {
                break;
            };
            done.push(match head[0] {
                b'w' => Done::Written(file, place, written.to_vec()),
                b't' => Done::Cut(file, place),
                _ => Done::Synced(file),
            });
            rest = after;
        }
        done
    }

    /// The files as a power cut at that moment may leave them, into this folder: what was synced is there,
    /// and of the rest each sector or none, as this draw has it. A disk that lies has synced nothing.
    pub(crate) fn cut_off_at(&self, until: u64, draw: u64, is_honest: bool, folder: &Path) {
        let mut files = [Vec::new(), Vec::new()];
        let mut open: Vec<Done> = Vec::new();
        for done in self.done(until) {
            match done {
                Done::Synced(file) if is_honest => {
                    let of_it = |done: &mut Done| matches!(done, Done::Written(of, ..) | Done::Cut(of, _) if *of == file);
                    for safe in open.extract_if(.., of_it) {
                        carry_out(&mut files, &safe, |_| true);
                    }
                }
                Done::Synced(_) => {}
                Done::Written(..) | Done::Cut(..) => open.push(done),
            }
        }
        // Sectors reach the disk in any order, but a sector that was written twice holds one of both.
        for (place, unsafe_yet) in open.iter().enumerate() {
            carry_out(&mut files, unsafe_yet, |sector| drawn(draw, place, sector));
        }
        for (name, content) in ["desk.db", "desk.db-wal"].iter().zip(files) {
            fs::write(folder.join(name), content).unwrap();
        }
    }
}

/// One of two, as good as by chance.
fn drawn(draw: u64, place: usize, sector: usize) -> bool {
    let digest = Sha256::digest(format!("{draw} {place} {sector}"));
    digest[0] % 2 == 0
}

fn carry_out(files: &mut [Vec<u8>; 2], done: &Done, arrives: impl Fn(usize) -> bool) {
    match done {
        Done::Written(file, place, bytes) => {
            let content = &mut files[*file];
            for (sector, part) in bytes.chunks(SECTOR).enumerate() {
                if arrives(sector) {
                    let begin = place + sector * SECTOR;
                    let end = begin + part.len();
                    content.resize(content.len().max(end), 0);
                    content[begin..end].copy_from_slice(part);
                }
            }
        }
        Done::Cut(file, length) => {
            if arrives(0) {
                files[*file].resize(*length, 0);
            }
        }
        Done::Synced(_) => {}
    }
}
