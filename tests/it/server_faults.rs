//! Servers with every fault, and builds that end with right images or a named failure, never hang, and are mended by
//! the next build.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use fake_comfyui::fault::{Fault, Strike};
use fake_comfyui::{Fake, Options, picture};
use insta::assert_snapshot;

use crate::project::{Project, png};
use crate::server_builds::{fake, many, project, slow, small, sprites};

/// One sprite on one server with a fault that strikes from its first moment on.
fn one_on(fake: &Fake) -> Project {
    project(&[fake], &sprites(&["knight"]))
}

/// One sprite on an address.
fn one_at(url: &str) -> Project {
    project(&[], &sprites(&["knight"])).file("pixels.local.toml", format!("servers = [\"{url}\"]\n"))
}

/// A server that says something to whoever comes and ends the connection.
fn says(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer);
            });
        }
    });
    url
}

#[test]
fn nobody_there_is_told_at_once() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let project = one_at(&format!("http://{free}"));
    assert_snapshot!(project.run(&["build"]).exit(1).shown());
}

#[test]
fn a_web_page_is_no_server() {
    let page = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 21\r\n\r\n<html>\x1b[31mhi</html>\n";
    let shown = one_at(&says(page)).run(&["build"]).exit(1).never_says("\u{1b}").shown();
    let fake = fake();
    fake.always(Fault::Html);
    assert_snapshot!(shown + &one_on(&fake).run(&["build"]).exit(1).shown());
}

#[test]
fn a_server_that_closes_at_once_is_told() {
    let shown = one_at(&says(b"")).run(&["build"]).exit(1).shown();
    let fake = fake();
    fake.always(Fault::Closes);
    assert_snapshot!(shown + &one_on(&fake).run(&["build"]).exit(1).shown());
}

#[test]
fn another_program_s_answer_is_told() {
    let shown = one_at(&says(b"SSH-2.0-OpenSSH_9.6\r\n")).run(&["build"]).exit(1).shown();
    let elsewhere = b"HTTP/1.1 302 Found\r\nlocation: https://example.org/login\r\ncontent-length: 0\r\n\r\n";
    assert_snapshot!(shown + &one_at(&says(elsewhere)).run(&["build"]).exit(1).shown());
}

#[test]
fn an_answer_without_end_is_cut() {
    let fake = fake();
    fake.always(Fault::Endless);
    assert_snapshot!(one_on(&fake).run(&["build"]).exit(1).shown());
}

#[test]
fn a_certificate_that_nobody_trusts_is_told() {
    let url = tls_server();
    assert_snapshot!(one_at(&url).run(&["build"]).exit(1).shown());
}

#[test]
fn https_to_a_port_without_tls_is_no_question_of_certificates() {
    let plain = says(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").replace("http://", "https://");
    one_at(&plain).run(&["build"]).exit(1).says("it speaks plain HTTP").says("`http://`").never_says("certificate");
}

#[test]
fn headers_for_a_proxy_are_sent_and_never_shown() {
    let fake = Fake::with(Options { authorization: Some("Key wonderland"), ..Options::default() });
    let local =
        format!("servers = [{{ url = \"{}\", headers = {{ Authorization = \"Key wonderland\" }} }}]\n", fake.url());
    let project = project(&[], &sprites(&["knight"])).file("pixels.local.toml", &local);
    project.run(&["build", "-v"]).exit(0).never_says("wonderland");
    assert!(
        project
            .files("")
            .values()
            .all(|bytes| !String::from_utf8_lossy(bytes).contains("wonderland") || *bytes == local.as_bytes())
    );
    project.write("pixels.local.toml", local.replace("Authorization", "X-Other")).run(&["build"]).exit(0);
    project.append("pixels.toml", &sprites(&["orc"])).run(&["build"]).exit(1).never_says("wonderland");
}

/// A server whose certificate is its own word only.
fn tls_server() -> String {
    use base64::Engine;
    let bytes = |text: &str| base64::engine::general_purpose::STANDARD.decode(text).unwrap();
    let certificate = rustls::pki_types::CertificateDer::from(bytes(CERTIFICATE));
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(bytes(KEY)).into();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let config = std::sync::Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut stream), config) = (stream, std::sync::Arc::clone(&config)) else { return };
            std::thread::spawn(move || {
                let mut session = rustls::ServerConnection::new(config).unwrap();
                while session.complete_io(&mut stream).is_ok_and(|(read, _)| read > 0) {}
            });
        }
    });
    url
}

#[test]
fn addresses_that_are_none_are_told_with_their_place() {
    let urls = ["http://", "ftp://spark", "spark:8188", "http://user:pass@spark:8188", "http://a b"];
    assert_snapshot!(urls.map(|url| one_at(url).run(&["build"]).exit(2).shown()).concat());
}

#[test]
fn a_picture_beyond_all_limits_is_refused() {
    let fake = fake();
    fake.at("/view", Fault::Bytes(picture::huge(30_000, 30_000).into()));
    assert_snapshot!(one_on(&fake).run(&["build"]).exit(1).shown());
    fake.heal();
    let project = one_on(&fake);
    project.build(&[]).exit(0);
}

#[test]
fn a_picture_of_the_right_size_without_its_pixels_is_told() {
    let fake = fake();
    fake.at("/view", Fault::Bytes(picture::huge(64, 64).into()));
    let shown = one_on(&fake).run(&["build"]).exit(1).never_says("`its image`").shown();
    assert!(shown.contains("the image is unavailable: its image is damaged or unusual"), "{shown}");
}

#[test]
fn a_text_that_is_called_a_picture_is_refused() {
    let fake = fake();
    fake.at("/view", Fault::Bytes(b"hello \x1b[31mworld, this is no picture"[..].into()));
    let project = one_on(&fake);
    assert_snapshot!(project.run(&["build"]).exit(1).never_says("\u{1b}").shown());
    fake.heal();
    project.build(&[]).exit(0);
}

#[test]
fn a_broken_download_goes_on_where_it_ended() {
    let fake = fake();
    fake.once(Fault::HalfFile);
    one_on(&fake).build(&[]).exit(0).captured(1);
    assert_eq!(fake.prompts(), 1);
}

#[test]
fn a_picture_that_was_deleted_on_the_server_is_made_once_more() {
    let fake = fake();
    fake.once(Fault::Vanished);
    one_on(&fake).build(&[]).exit(0).captured(1);
    assert_eq!(fake.prompts(), 2);
}

#[test]
fn a_lost_answer_is_looked_for_before_anything_is_asked_again() {
    let fake = slow(0.2);
    fake.once(Fault::LostAnswer);
    project(&[&fake], &many(3)).build(&[]).exit(0).captured(3);
    assert_eq!(fake.prompts(), 3);
}

#[test]
fn a_refusal_in_a_form_that_is_no_json_is_shown() {
    let fake = fake();
    fake.always(Fault::NanBody);
    assert_snapshot!(one_on(&fake).run(&["build"]).exit(1).shown());
    fake.heal();
    fake.strike(Strike { fault: Fault::Status(500), path: Some("/prompt"), times: Some(1), after: 0 });
    one_on(&fake).build(&[]).exit(0).captured(1);
}

#[test]
fn a_prompt_that_is_taken_in_part_is_taken_back() {
    let fake = slow(0.2);
    fake.always(Fault::DroppedOutput);
    assert_snapshot!(one_on(&fake).run(&["build"]).exit(1).shown());
    assert!(!fake.record().deletes.is_empty());
    fake.wait("nothing is left", |fake| fake.remaining() == 0);
}

#[test]
fn one_failing_node_costs_no_other() {
    let fake = fake();
    fake.strike(Strike { fault: Fault::NodeError, path: None, times: Some(1), after: 2 });
    let project = project(&[&fake], &many(5));
    let run = project.build(&[]).exit(1);
    assert_eq!((run.count("captured"), run.count("failed")), (4, 1), "{run}");
    assert_eq!(fake.prompts(), 5, "a node that fails is not asked again");
    project.build(&[]).exit(0).captured(1);
}

#[test]
fn out_of_memory_gets_another_chance_and_is_named() {
    let fake = fake();
    fake.once(Fault::OutOfMemory);
    one_on(&fake).build(&[]).exit(0).captured(1);
    fake.always(Fault::OutOfMemory);
    let other = project(&[&fake], &sprites(&["orc"]));
    assert_snapshot!(other.run(&["build"]).exit(1).shown());
}

#[test]
fn an_interrupt_by_somebody_else_costs_one_more() {
    let fake = slow(0.3);
    fake.once(Fault::Interrupted);
    project(&[&fake], &many(2)).build(&[]).exit(0).captured(2);
    assert_eq!(fake.prompts(), 3);
}

#[test]
fn a_cleared_queue_is_survived() {
    let fake = slow(0.3);
    let project = project(&[&fake], &many(4));
    let mut child = project.start(&["build"]);
    fake.wait("two are there", |fake| fake.prompts() >= 2);
    fake.foreign_clear();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    project.build(&[]).exit(0).asked(0);
}

#[test]
fn a_cleared_history_is_survived() {
    let fake = slow(0.3);
    let project = project(&[&fake], &many(4));
    let mut child = project.start(&["build"]);
    fake.wait("one is done", |fake| !fake.ran().is_empty());
    fake.foreign_forget();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    project.build(&[]).exit(0).asked(0);
}

#[test]
fn a_restart_in_the_middle_loses_nothing() {
    let fake = slow(0.3);
    let project = project(&[&fake], &many(4));
    let mut child = project.start(&["build"]);
    fake.wait("one is done", |fake| !fake.ran().is_empty());
    fake.restart();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(fake.prompts() <= 7, "{}", fake.prompts());
}

#[test]
fn a_server_that_dies_hands_its_work_to_the_other() {
    let (one, two) = (slow(0.2), slow(0.2));
    let project = project(&[&one, &two], &many(8));
    let mut child = project.start(&["build"]);
    one.wait("one is done", |one| !one.ran().is_empty());
    one.down();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(project.files("assets").len(), 8);
    assert!(two.ran().len() >= 6, "{}", two.ran().len());
}

#[test]
fn a_deaf_socket_costs_time_alone() {
    let fake = slow(0.05);
    fake.deaf();
    project(&[&fake], &many(3)).build(&[]).exit(0).captured(3);
    assert_eq!(fake.prompts(), 3);
}

#[test]
fn cut_lines_in_the_middle_cost_nothing() {
    let fake = slow(0.3);
    let project = project(&[&fake], &many(4));
    let mut child = project.start(&["build"]);
    for done in 1..3 {
        fake.wait("some are done", |fake| fake.ran().len() >= done);
        fake.cut();
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(fake.prompts(), 4);
}

#[test]
fn a_slow_link_is_not_a_dead_server() {
    let fake = fake();
    fake.always(Fault::Slow(Duration::from_millis(300)));
    project(&[&fake], &many(2)).build(&[]).exit(0).captured(2);
    assert_eq!(fake.prompts(), 2);
}

#[test]
fn a_checkpoint_that_vanished_since_the_plan_is_named() {
    let fake = slow(1.0);
    let assets = "[style.late]\nworkflow = \"sdxl-img2img\"\nloras = [{ file = \"rare.safetensors\", weight = 1 }]\n\
                  [sprite.base]\nprompt = \"base\"\nsize = 16\n\
                  [sprite.late]\nprompt = \"late\"\nsize = 16\nstyle = \"late\"\ninputs = { image = \"base\" }\n";
    fake.model("loras", "rare.safetensors", None);
    let project = project(&[&fake], assets);
    let child = project.command(&["build"]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    fake.wait("the base is asked", |fake| fake.prompts() == 1);
    fake.remove_model("loras", "rare.safetensors");
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("failed: late") && told.contains("rare.safetensors"), "{told}");
    assert!(project.exists("assets/sprites/base.png"));
    fake.model("loras", "rare.safetensors", None);
    fake.takes(0.0);
    project.build(&[]).exit(0).captured(1);
}

/// One sprite that is made from `ref.png`.
const FROM_AN_IMAGE: &str = "[style.default]\nworkflow = \"sdxl-img2img\"\n\
                             [sprite.a]\nprompt = \"a\"\nsize = 16\ninputs = { image = \"ref.png\" }\n";

#[test]
fn an_input_that_was_deleted_after_the_request_was_taken_is_named_and_sent_anew() {
    let fake = fake();
    fake.once(Fault::InputGone);
    let project = project(&[&fake], FROM_AN_IMAGE).file("ref.png", png(8, [200, 30, 30]));
    let run = project.build(&[]).exit(1).reports("server-file-missing");
    assert_eq!(fake.prompts(), 1, "the same request is not sent again: {run}");
    project.build(&[]).exit(0).captured(1);
}

#[test]
fn an_input_that_is_too_large_for_a_server_is_told() {
    let fake = Fake::with(Options { max_upload: 1000, ..small() });
    let noise = image::RgbaImage::from_fn(64, 64, |x, y| {
        let n = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503).wrapping_mul(x + 7)).to_le_bytes();
        image::Rgba([n[0], n[1], n[2], 255])
    });
    let project = project(&[&fake], FROM_AN_IMAGE).file("ref.png", dgx_pixels::store::encode(&noise).unwrap());
    assert_snapshot!(project.run(&["build"]).exit(1).shown());
    assert_eq!(fake.prompts(), 0);
}

/// Made for this test, and known to everybody: a key (PKCS #8) and the certificate that it signed for itself, in base64.
const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2XODoWY1zGTAXNttKYy47DLkfErjc6j57/Wsnf8YMcOhRANCAARY\
     mUwexnOD02/8goQtGVH/yc7w8g1hJEwVDUfwcVq8Uls29r1iBZCqhqXM5VCPno9w5C7re9I7lEpP42RKJLwN";

const CERTIFICATE: &str = "MIIBlDCCATugAwIBAgIUXm5iOyMhWIj8Gw6RpTMpQI8JCikwCgYIKoZIzj0EAwIwETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEy\
     MjIwNTUxMFoYDzIxMjYxMDI5MjA1NTEwWjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARYmUwe\
     xnOD02/8goQtGVH/yc7w8g1hJEwVDUfwcVq8Uls29r1iBZCqhqXM5VCPno9w5C7re9I7lEpP42RKJLwNo28wbTAdBgNVHQ4EFgQU\
     MP3X0At/uJjt9LGulOpLNolXENQwHwYDVR0jBBgwFoAUMP3X0At/uJjt9LGulOpLNolXENQwDwYDVR0TAQH/BAUwAwEB/zAaBgNV\
     HREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZIzj0EAwIDRwAwRAIgB5LS5wrQCqKtNMHKH4ve7DLkfOSA7DcMZSywJEj+gS4C\
     IHsqqjnoIhPp0Jxgf/fkDTSP7uExdzIZUBhEqKJNYBpv";
