//! A PostgreSQL of our own in a temporary folder on a loopback port: never the machine's, gone when the tests end.

use crate::project::line;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How long a start may take.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A running cluster; ended by its own process id and removed on drop.
#[must_use]
pub struct Cluster {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts one; `initdb` tells where PostgreSQL's programs stand.
    pub fn start(initdb: &Path) -> Result<Self> {
        // Through the links that distributions put on PATH, to the folder where its fellows are.
        let initdb = initdb.canonicalize().context("Looking where PostgreSQL stands")?;
        let programs = initdb.parent().context("A program stands in a folder")?;
        let port =
            std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).context("Looking for a free port")?.port();
        let folder = std::env::temp_dir().join(format!("postroom-postgres-{}", std::process::id()));
        std::fs::create_dir(&folder).with_context(|| format!("Making {}", folder.display()))?;
        match begin(&initdb, &programs.join("postgres"), &folder, port) {
            Ok(child) => Ok(Self { child, folder, port }),
            Err(error) => {
                let _ = std::fs::remove_dir_all(&folder);
                Err(error)
            }
        }
    }

    /// Where tests connect; they make databases of their own.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's "fast" end: open connections are cut, nothing of it stays behind.
        let asked = Command::new("kill").arg("-INT").arg(self.child.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn begin(initdb: &Path, postgres: &Path, folder: &Path, port: u16) -> Result<Child> {
    let owner = Owner::of(folder)?;
    let data = folder.join("data");
    let mut make = owner.command(initdb, folder);
    make.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions", "--pgdata"])
        .arg(&data);
    let made = make.output().with_context(|| format!("Starting {}", line(&make)))?;
    if !made.status.success() {
        bail!("`{}` ended with {}: {}", line(&make), made.status, String::from_utf8_lossy(&made.stderr).trim());
    }
    let mut server = owner.command(postgres, folder);
    server.arg("-D").arg(&data).arg("-k").arg(folder).arg("-p").arg(port.to_string());
    // Speed over safety: this database holds nothing that outlives the tests.
    for setting in ["listen_addresses=127.0.0.1", "max_connections=300", "fsync=off", "synchronous_commit=off", "full_page_writes=off"] {
        server.arg("-c").arg(setting);
    }
    let mut child = server.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().with_context(|| format!("Starting {}", line(&server)))?;
    if let Err(error) = ready(&mut child) {
        let _ = child.kill();
        let _ = child.wait();
        return Err(error);
    }
    Ok(child)
}

/// Waits for the line that says it is ready; afterwards keeps reading, so that the server never blocks on a full pipe.
fn ready(child: &mut Child) -> Result<()> {
    let messages = child.stderr.take().context("PostgreSQL's messages are piped")?;
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for message in BufReader::new(messages).lines().map_while(Result::ok) {
            // Once the start is over nobody listens any more, and that is fine.
            let _ = tell.send(message);
        }
    });
    let mut seen = Vec::new();
    loop {
        match told.recv_timeout(READY_WITHIN) {
            Ok(message) if message.contains("ready to accept connections") => return Ok(()),
            Ok(message) => seen.push(message),
            Err(_) => bail!("PostgreSQL did not start: {}", seen.join(" / ")),
        }
    }
}

/// Whom PostgreSQL runs as: it refuses root.
struct Owner {
    ids: Option<(u32, u32)>,
}

impl Owner {
    /// As root: the user `postgres`, else `nobody`, who is given the folder. Otherwise ourselves.
    #[cfg(unix)]
    fn of(folder: &Path) -> Result<Self> {
        use std::os::unix::fs::{MetadataExt, chown};
        if std::fs::metadata(folder).context("Looking who owns the folder")?.uid() != 0 {
            return Ok(Self { ids: None });
        }
        let users = std::fs::read_to_string("/etc/passwd").context("Reading the list of users")?;
        let (user, group) =
            ["postgres", "nobody"].into_iter().find_map(|name| ids(&users, name)).context("There is no user `postgres` or `nobody`")?;
        chown(folder, Some(user), Some(group)).context("Giving the folder to PostgreSQL's user")?;
        Ok(Self { ids: Some((user, group)) })
    }

    #[cfg(not(unix))]
    fn of(_folder: &Path) -> Result<Self> {
        Ok(Self { ids: None })
    }

    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env("LC_ALL", "C").stdin(Stdio::null());
        #[cfg(unix)]
        if let Some((user, group)) = self.ids {
            use std::os::unix::process::CommandExt;
            command.uid(user).gid(group);
        }
        command
    }
}

/// User and group id of a name in `/etc/passwd`.
fn ids(users: &str, name: &str) -> Option<(u32, u32)> {
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{Cluster, ids};
    use crate::project::Project;
    use crate::tools::POSTGRES;

    #[test]
    fn a_cluster_listens_and_leaves_nothing_behind() {
        // The part `rust` counts a missing PostgreSQL as skipped.
        let Some(initdb) = POSTGRES.find(&Project::find().unwrap()) else { return };
        let cluster = Cluster::start(&initdb).unwrap();
        let (folder, address) = (cluster.folder.clone(), ("127.0.0.1", cluster.port));
        std::net::TcpStream::connect(address).unwrap();
        drop(cluster);
        assert!(std::net::TcpStream::connect(address).is_err());
        assert!(!folder.exists());
    }

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let users = "root:x:0:0::/root:/bin/sh\npostgresql-old:x:1:1::/:/bin/sh\npostgres:x:108:115::/var/lib/postgresql:/bin/bash\n";
        assert_eq!(ids(users, "postgres"), Some((108, 115)));
        assert_eq!(ids(users, "nobody"), None);
    }
}
