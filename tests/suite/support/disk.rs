//! A disk that fails when a test says so: a small library that is loaded into the process under test and
//! lets its calls on the files of the database fail.
//!
//! It is compiled here, by the C compiler that Rust links with.

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

static LIBRARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("disk_faults.so");
    let fresh = library.with_extension(std::process::id().to_string());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/disk_faults.c");
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&fresh, &source])
        .arg("-ldl")
        .output()
        .expect("cc is not there; install the package gcc");
    assert!(compiled.status.success(), "{compiled:?}");
    fs::rename(fresh, &library).unwrap();
    library
});
