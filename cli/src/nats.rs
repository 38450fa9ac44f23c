//! Which NATS server commands use, and as whom.

use mibc_collect::nats::{Access, Error, Nats};
use std::path::PathBuf;

/// The server.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Server {
    /// The server, such as nats://host:4222; for a cluster, several separated by commas.
    #[arg(long = "nats", value_name = "URL", default_value = "nats://127.0.0.1:4222")]
    pub(crate) url: String,
    #[command(flatten)]
    pub(crate) credentials: Credentials,
}

/// As whom to speak to the server. Secrets are in files: who lists the processes of a machine sees their arguments.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Credentials {
    /// Log in to the server as this user.
    #[arg(long, value_name = "NAME", requires = "nats_password")]
    nats_user: Option<String>,
    /// A file with the password of --nats-user.
    #[arg(long, value_name = "FILE", requires = "nats_user")]
    nats_password: Option<PathBuf>,
    /// A file with a token.
    #[arg(long, value_name = "FILE", conflicts_with = "nats_user")]
    nats_token: Option<PathBuf>,
    /// A file with the seed of an nkey.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["nats_user", "nats_token"])]
    nats_nkey: Option<PathBuf>,
    /// A file of credentials, as NATS' `nsc` writes it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["nats_user", "nats_token", "nats_nkey"])]
    nats_credentials: Option<PathBuf>,
    /// Certificates (PEM) to verify the server, instead of those of the system.
    #[arg(long, value_name = "FILE")]
    nats_authorities: Option<PathBuf>,
    /// A client certificate (PEM), if the server wants one.
    #[arg(long, value_name = "FILE", requires = "nats_key")]
    nats_certificate: Option<PathBuf>,
    /// The key of the client certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "nats_certificate")]
    nats_key: Option<PathBuf>,
}

impl Server {
    /// Connects under a name that the server's tools show.
    pub(crate) async fn connect(&self, name: &str) -> Result<Nats, Error> {
        let (given, mut access) = (&self.credentials, Access::new(&self.url));
        access.name = name.to_owned();
        access.user = given.nats_user.clone().zip(given.nats_password.clone());
        access.token.clone_from(&given.nats_token);
        access.nkey.clone_from(&given.nats_nkey);
        access.credentials.clone_from(&given.nats_credentials);
        access.authorities.clone_from(&given.nats_authorities);
        access.certificate = given.nats_certificate.clone().zip(given.nats_key.clone());
        access.connect().await
    }
}
