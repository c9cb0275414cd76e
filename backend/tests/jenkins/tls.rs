//! A Jenkins whose certificate is of an authority that the system does not know.
//!
//! The files in `authority/` serve this test and nothing else, and are valid for a hundred years: a self-signed authority made by
//! `openssl req -x509`, whose own key is thrown away, and a certificate of it for localhost and 127.0.0.1 with its key.

use crate::fixture::{jenkins, run};
use footman_backend::jenkins::{
    client::{Jenkins, JenkinsSettings},
    nodes::deleted,
};
use footman_core::event::{Failure, Outcome};
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

const AUTHORITY: &[u8] = include_bytes!("authority/authority.pem");

fn acceptor() -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("authority/server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("authority/server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// Answers one request as Jenkins does for a node that is gone, if the client trusts the certificate.
async fn serve_once(listener: &TcpListener) {
    let (stream, _) = listener.accept().await.unwrap();
    let Ok(mut stream) = acceptor().accept(stream).await else { return };
    let mut request = [0; 4096];
    assert!(stream.read(&mut request).await.unwrap() > 0);
    stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    stream.shutdown().await.unwrap();
}

#[test]
fn a_private_authority_is_trusted_where_it_is_named_and_nowhere_else() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}/", listener.local_addr().unwrap());
        let settings = JenkinsSettings {
            certificates: vec![AUTHORITY.to_vec()],
            environment_proxy: false,
            ..JenkinsSettings::at(url.as_str())
        };
        let trusting = Jenkins::new(settings).unwrap();
        let (reply, ()) = tokio::join!(trusting.delete_node("n"), serve_once(&listener));
        assert_eq!(deleted(&reply), Outcome::Done, "{reply:?}");

        let distrustful = jenkins(&url);
        let (reply, ()) = tokio::join!(distrustful.delete_node("n"), serve_once(&listener));
        assert_eq!(deleted(&reply), Outcome::Failed(Failure::Unavailable), "nothing was sent: {reply:?}");
        let words = reply.unwrap_err().to_string();
        assert!(words.contains("certificate"), "people are told why: {words}");
    });
}
