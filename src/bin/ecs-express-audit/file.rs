//! Files that are there as a whole or not at all, whenever the run ends.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long nobody has written to what a killed run left unfinished. A run that is going on writes more often.
const ABANDONED: Duration = Duration::from_hours(1);

/// Writes a file so that there is always the old one or the new one, never half of one. The owner alone may read it. A link is replaced,
/// and not what it leads to: in a folder where others may write, that could be anything. A device or a pipe is written to.
pub(crate) fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    fill(path, |out| out.write_all(text))
}

/// The same with what is written bit by bit. Where that fails, nothing has changed.
pub(crate) fn fill<E: From<io::Error>>(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<(), E>) -> Result<(), E> {
    if is_written_in_place(path) {
        return written(OpenOptions::new().write(true).create(true).truncate(true).open(path)?, write).map(drop);
    }
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".unfinished-");
    drop_abandoned(folder, &prefix);
    let (unfinished, file) = create(folder, &prefix)?;
    let lasting = |file: File| Ok(file.sync_all().and_then(|()| fs::rename(&unfinished, path))?);
    let renamed = written(file, write).and_then(lasting);
    match &renamed {
        // The new name lasts once the folder is on the disk. Where folders cannot be opened, that is the system's affair.
        Ok(()) => drop(File::open(folder).and_then(|folder| folder.sync_all())),
        Err(_) => drop(fs::remove_file(&unfinished)),
    }
    renamed
}

/// Whether what is there is written to and not replaced: a device, a pipe, what a process has open.
pub(crate) fn is_written_in_place(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| !there.is_file()) || is_of_the_system(path)
}

/// Gives the file what is written, all of it.
fn written<E: From<io::Error>>(file: File, write: impl FnOnce(&mut dyn Write) -> Result<(), E>) -> Result<File, E> {
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    Ok(out.into_inner().map_err(io::IntoInnerError::into_error)?)
}

/// Whether it is one of the names by which a system gives what a process has open, such as `/dev/stdout`: never to be replaced.
fn is_of_the_system(path: &Path) -> bool {
    ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"].into_iter().any(|folder| path.starts_with(folder))
}

/// A new file beside the one that it will replace. Runs side by side have one each.
fn create(folder: &Path, prefix: &OsString) -> io::Result<(PathBuf, File)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut number = std::process::id();
    loop {
        let mut name = prefix.clone();
        name.push(number.to_string());
        let path = folder.join(name);
        match options.open(&path) {
            // A process of the same number writes in another container, or was killed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number = number.wrapping_add(1),
            opened => return opened.map(|file| (path, file)),
        }
    }
}

/// Takes away what runs that were killed left unfinished. What cannot be taken away does no harm.
fn drop_abandoned(folder: &Path, prefix: &OsString) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_unfinished = entry.file_name().as_encoded_bytes().starts_with(prefix.as_encoded_bytes());
        let written = || entry.metadata().and_then(|there| there.modified()).ok();
        if is_unfinished && written().and_then(|at| at.elapsed().ok()).is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of this test's own that does not outlive it.
    struct Folder(PathBuf);

    impl Folder {
        fn of(test: &str) -> Self {
            let path = std::env::temp_dir().join(format!("ecs-express-audit-{}-{test}", std::process::id()));
            fs::create_dir_all(&path).expect("a folder");
            Self(path)
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).expect("the folder").flatten();
            let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_is_new_or_replaced_and_nothing_else_is_left() {
        let folder = Folder::of("replace");
        let path = folder.0.join("report");
        for text in ["first", "second, which is longer", "3"] {
            replace(&path, text.as_bytes()).expect("written");
            assert_eq!(fs::read_to_string(&path).expect("there"), text);
        }
        assert_eq!(folder.names(), ["report"]);
    }

    /// Whatever happens before the last step, what is at the path is the old file.
    #[test]
    fn until_the_last_step_the_old_file_is_there() {
        let folder = Folder::of("stages");
        let path = folder.0.join("report");
        replace(&path, b"old").expect("written");
        let (unfinished, file) = create(&folder.0, &".report.unfinished-".into()).expect("created");
        assert_eq!(fs::read(&path).expect("there"), b"old");
        written::<io::Error>(file, |out| out.write_all(b"new")).expect("filled");
        assert_eq!(fs::read(&path).expect("there"), b"old");
        fs::rename(unfinished, &path).expect("renamed");
        assert_eq!(fs::read(&path).expect("there"), b"new");
    }

    #[test]
    fn what_cannot_be_written_leaves_the_old_file_and_no_other() {
        let folder = Folder::of("fails");
        let path = folder.0.join("report");
        fs::create_dir(&path).expect("a folder in the way");
        assert!(replace(&path, b"text").is_err());
        assert!(replace(&folder.0.join("no/such/folder"), b"text").is_err());
        assert!(replace(Path::new("/"), b"text").is_err() && replace(Path::new(".."), b"text").is_err());
        assert_eq!(folder.names(), ["report"]);
    }

    #[test]
    fn what_a_killed_run_left_goes_after_an_hour_and_is_never_written_to() {
        let folder = Folder::of("killed");
        let path = folder.0.join("report");
        let own = folder.0.join(format!(".report.unfinished-{}", std::process::id()));
        let [old, others] = [".report.unfinished-1", ".others.unfinished-1"].map(|name| folder.0.join(name));
        for path in [&own, &old, &others] {
            fs::write(path, "half").expect("written");
        }
        let long_ago = std::time::SystemTime::now() - ABANDONED - Duration::from_mins(1);
        for path in [&old, &others] {
            File::options().write(true).open(path).and_then(|file| file.set_modified(long_ago)).expect("made older");
        }
        replace(&path, b"whole").expect("written");
        let own = own.file_name().expect("a name").to_string_lossy().into_owned();
        assert_eq!(folder.names(), [".others.unfinished-1", &own, "report"]);
        assert_eq!(fs::read(&path).expect("there"), b"whole");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_and_what_it_leads_to_is_untouched() {
        let folder = Folder::of("links");
        let (precious, link) = (folder.0.join("precious"), folder.0.join("link"));
        for target in [precious.clone(), folder.0.join("nowhere")] {
            fs::write(&precious, "precious").expect("written");
            let _ = fs::remove_file(&link);
            std::os::unix::fs::symlink(target, &link).expect("a link");
            replace(&link, b"report").expect("written");
            assert_eq!(fs::read(&precious).expect("there"), b"precious");
            assert!(fs::symlink_metadata(&link).expect("there").is_file());
        }
        assert_eq!(folder.names(), ["link", "precious"]);
    }

    #[cfg(unix)]
    #[test]
    fn the_owner_alone_may_read_it_whatever_was_there() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::of("mode");
        let path = folder.0.join("report");
        for _ in 0..2 {
            replace(&path, b"report").expect("written");
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).expect("set");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_device_is_written_to() {
        let full = replace(Path::new("/dev/full"), b"report").expect_err("no device has less room");
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        replace(Path::new("/dev/null"), b"report").expect("written");
        assert!(!fs::metadata("/dev/null").expect("there").is_file());
    }
}
