//! The signature of a request to S3, made once more from AWS's description of it: no other test would notice a wrong one.

use sha2::{Digest, Sha256};

use super::server::{Answer, SECRET, STATE, fetch};

/// SHA-256 of nothing.
const OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 2104, for keys that are no longer than a block.
fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let padded = |pad: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ pad).collect() };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().to_vec()
}

#[tokio::test]
async fn a_key_is_signed_as_it_is_sent() {
    for (key, path) in [
        ("shop/terraform.tfstate", "/shop/terraform.tfstate"),
        ("env:/dev/a b+c%2F.tfstate", "/env%3A/dev/a%20b%2Bc%252F.tfstate"),
        ("a//b/../c/./d", "/a//b/../c/./d"),
        ("/a", "//a"),
    ] {
        let fetched = fetch(&format!("s3://states/{key}"), |_| Some(Answer::new(200, STATE))).await;
        let [asked] = &fetched.asked[..] else { panic!("{:?}", fetched.urls()) };
        let host = "states.s3.eu-west-1.amazonaws.com";
        assert_eq!(asked.url, format!("https://{host}{path}"));
        let header = |name: &str| asked.header(name).unwrap_or_else(|| panic!("{name} is sent")).to_owned();
        let (date, authorization) = (header("x-amz-date"), header("authorization"));
        assert_eq!(header("x-amz-content-sha256"), OF_NOTHING);
        let (_, rest) = authorization.split_once("SignedHeaders=").expect("what is signed");
        let (signed, signature) = rest.split_once(", Signature=").expect("a signature");
        let headers: String =
            signed.split(';').map(|name| format!("{name}:{}\n", if name == "host" { host.to_owned() } else { header(name) })).collect();
        let request = format!("GET\n{path}\n\n{headers}\n{signed}\n{OF_NOTHING}");
        let scope = format!("{}/eu-west-1/s3/aws4_request", &date[..8]);
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex(&Sha256::digest(request)));
        let key = scope.split('/').fold(format!("AWS4{SECRET}").into_bytes(), |key, part| hmac(&key, part));
        assert_eq!(signature, hex(&hmac(&key, &text)), "{path}");
    }
}
