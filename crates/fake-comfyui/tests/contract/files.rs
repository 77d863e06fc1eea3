//! Uploads and downloads.

use anyhow::{Result, ensure};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::graph::node;
use super::{Answer, Server, fresh};

async fn upload(server: &Server, name: &str, bytes: &[u8], texts: &[(&str, &str)]) -> Result<Answer> {
    let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    let mut form = Form::new().part("image", part);
    for (name, value) in texts {
        form = form.text((*name).to_owned(), (*value).to_owned());
    }
    server.send(server.client.post(format!("{}/upload/image", server.url)).multipart(form)).await
}

async fn view(server: &Server, asks: &[(&str, &str)], headers: &[(&str, &str)]) -> Result<Answer> {
    let mut request = server.client.get(format!("{}/view", server.url)).query(asks);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request).await
}

/// A file in the inputs that was never there before: its name and its subfolder.
async fn stored(server: &Server, bytes: &[u8]) -> Result<(String, String)> {
    let (name, subfolder) = ("u.png".to_owned(), format!("contract/{}", fresh()));
    let answer = upload(server, &name, bytes, &[("subfolder", &subfolder), ("overwrite", "true")]).await?;
    ensure!(answer.json() == json!({ "name": name, "subfolder": subfolder, "type": "input" }), "{answer:?}");
    Ok((name, subfolder))
}

pub async fn a_name_that_is_taken(server: &Server) -> Result<()> {
    let subfolder = format!("contract/{}", fresh());
    for (bytes, overwrite, wanted) in [
        ("one", None, "u.png"),
        ("one", None, "u.png"),
        ("two", None, "u (1).png"),
        ("three", Some("True"), "u (2).png"),
        ("four", Some("true"), "u.png"),
        ("five", Some("1"), "u.png"),
    ] {
        let mut texts = vec![("subfolder", subfolder.as_str())];
        texts.extend(overwrite.map(|word| ("overwrite", word)));
        let answer = upload(server, "u.png", bytes.as_bytes(), &texts).await?;
        ensure!(answer.json()["name"] == wanted, "{bytes}: {answer:?}");
    }
    let asks = [("filename", "u.png"), ("subfolder", &subfolder), ("type", "input")];
    ensure!(view(server, &asks, &[]).await?.bytes == b"five");
    Ok(())
}

pub async fn uploads_that_are_refused(server: &Server) -> Result<()> {
    for (name, texts, code) in [
        ("u.png", vec![("subfolder", "../..")], 400),
        ("u.png", vec![("subfolder", "/tmp")], 400),
        ("u.png", vec![("subfolder", "a/../../b")], 400),
        ("a/b.png", vec![], 500),
        ("u.png", vec![("type", "bogus")], 500),
    ] {
        let answer = upload(server, name, b"x", &texts).await?;
        ensure!(answer.code == code, "{name} {texts:?}: {answer:?}");
    }
    let none = server.client.post(format!("{}/upload/image", server.url)).multipart(Form::new().text("a", "b"));
    ensure!(server.send(none).await?.code == 400);
    let limit = server.get("/features").await?.json()["max_upload_size"].as_u64().unwrap_or(0);
    if limit < 4 << 20 {
        let answer = upload(server, "u.png", &vec![0; usize::try_from(limit)? + 1], &[]).await?;
        ensure!(answer.code == 413 && answer.header("content-type").starts_with("text/plain"), "{answer:?}");
    }
    Ok(())
}

fn picture() -> image::RgbaImage {
    image::RgbaImage::from_fn(12, 8, |x, y| image::Rgba([(x * 20) as u8, (y * 30) as u8, 90, 255]))
}

fn png(picture: &image::RgbaImage) -> Result<Vec<u8>> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

fn loaded(image: &str) -> Value {
    json!({
        "1": node("LoadImage", &json!({ "image": image })),
        "9": node("SaveImage", &json!({ "images": ["1", 0], "filename_prefix": format!("contract/{}/a", fresh()) })),
    })
}

pub async fn an_upload_is_an_input(server: &Server) -> Result<()> {
    let (name, subfolder) = stored(server, &png(&picture())?).await?;
    for image in [format!("{subfolder}/{name}"), format!("{subfolder}/{name} [input]")] {
        let entry = server.run(&loaded(&image)).await?;
        let file = &entry["outputs"]["9"]["images"][0];
        let text = |key: &str| file[key].as_str().unwrap_or_default();
        let asks = [("filename", text("filename")), ("subfolder", text("subfolder")), ("type", text("type"))];
        let answer = view(server, &asks, &[]).await?;
        ensure!(image::load_from_memory(&answer.bytes)?.into_rgba8() == picture(), "{entry}");
    }
    let mut other = picture();
    other.put_pixel(0, 0, image::Rgba([255, 255, 255, 255]));
    let texts = [("subfolder", subfolder.as_str()), ("overwrite", "true")];
    let graph = loaded(&format!("{subfolder}/{name}"));
    server.run(&graph).await?;
    upload(server, &name, &png(&other)?, &texts).await?;
    let entry = server.run(&graph).await?;
    ensure!(entry["status"]["messages"][1][1]["nodes"] == json!([]), "other bytes are read anew: {entry}");
    Ok(())
}

pub async fn an_upload_that_is_no_picture(server: &Server) -> Result<()> {
    let (name, subfolder) = stored(server, b"this is a text").await?;
    let entry = server.run(&loaded(&format!("{subfolder}/{name}"))).await?;
    let last = entry["status"]["messages"].as_array().and_then(|all| all.last()).cloned().unwrap_or_default();
    let words = last[1]["exception_message"].as_str().unwrap_or_default();
    ensure!(last[0] == "execution_error" && words.contains("cannot identify image file"), "{last}");
    Ok(())
}

pub async fn views_that_are_refused(server: &Server) -> Result<()> {
    let (name, subfolder) = stored(server, b"x").await?;
    let whole = format!("{subfolder}/{name}");
    for (asks, code) in [
        (vec![("filename", "none.png")], 404),
        (vec![], 404),
        (vec![("filename", whole.as_str()), ("type", "input")], 404),
        (vec![("filename", "../x.png")], 400),
        (vec![("filename", "/etc/passwd")], 400),
        (vec![("filename", "x.png"), ("type", "bogus")], 400),
        (vec![("filename", "x.png"), ("subfolder", "../../..")], 403),
        (vec![("filename", &name), ("subfolder", &subfolder), ("type", "input")], 200),
    ] {
        let answer = view(server, &asks, &[]).await?;
        ensure!(answer.code == code, "{asks:?}: {answer:?}");
    }
    Ok(())
}

pub async fn a_part_of_a_file(server: &Server) -> Result<()> {
    let (name, subfolder) = stored(server, b"0123456789").await?;
    let asks = [("filename", name.as_str()), ("subfolder", subfolder.as_str()), ("type", "input")];
    let all = view(server, &asks, &[]).await?;
    let tag = all.header("etag").to_owned();
    ensure!(all.bytes == b"0123456789" && all.header("accept-ranges") == "bytes" && tag.starts_with('"'), "{all:?}");
    for (range, wanted, told) in
        [("bytes=2-3", "23", "bytes 2-3/10"), ("bytes=7-", "789", "bytes 7-9/10"), ("bytes=-2", "89", "bytes 8-9/10")]
    {
        let part = view(server, &asks, &[("range", range)]).await?;
        ensure!(part.code == 206 && part.text() == wanted && part.header("content-range") == told, "{part:?}");
        ensure!(part.header("etag") == tag, "{part:?}");
    }
    // A tag in `If-Range` is not looked at: a client has to compare the tag of the part by itself.
    let blind = view(server, &asks, &[("range", "bytes=2-3"), ("if-range", "\"other\"")]).await?;
    ensure!(blind.code == 206, "{blind:?}");
    let beyond = view(server, &asks, &[("range", "bytes=20-30")]).await?;
    ensure!(beyond.code == 416 && beyond.header("content-range") == "bytes */10", "{beyond:?}");
    ensure!(view(server, &asks, &[("if-none-match", &tag)]).await?.code == 304);
    Ok(())
}

pub async fn names_with_strange_letters(server: &Server) -> Result<()> {
    for prefix in ["a b", "☃", "100+%41&x=y#z", "a?b:c"] {
        let folder = format!("contract/{}", fresh());
        let graph = json!({
            "1": node("EmptyImage", &json!({ "width": 8, "height": 8, "batch_size": 1, "color": 255 })),
            "9": node("SaveImage", &json!({ "images": ["1", 0], "filename_prefix": format!("{folder}/{prefix}") })),
        });
        let entry = server.run(&graph).await?;
        let file = &entry["outputs"]["9"]["images"][0];
        ensure!(file["filename"] == format!("{prefix}_00001_.png"), "{entry}");
        let text = |key: &str| file[key].as_str().unwrap_or_default();
        let asks = [("filename", text("filename")), ("subfolder", text("subfolder")), ("type", "output")];
        let answer = view(server, &asks, &[]).await?;
        ensure!(answer.code == 200 && answer.bytes.starts_with(b"\x89PNG"), "{prefix}: {answer:?}");
    }
    Ok(())
}

pub async fn another_form_loses_the_texts(server: &Server) -> Result<()> {
    let graph = json!({
        "1": node("EmptyImage", &json!({ "width": 8, "height": 8, "batch_size": 1, "color": 255 })),
        "9": node("SaveImage", &json!({ "images": ["1", 0], "filename_prefix": format!("contract/{}/a", fresh()) })),
    });
    let entry = server.run(&graph).await?;
    let file = &entry["outputs"]["9"]["images"][0];
    let asks = |more: (&'static str, &'static str)| {
        let text = |key: &str| file[key].as_str().unwrap_or_default().to_owned();
        [("filename", text("filename")), ("subfolder", text("subfolder")), (more.0, more.1.to_owned())]
    };
    let get = async |more| {
        let request = server.client.get(format!("{}/view", server.url)).query(&asks(more));
        server.send(request).await
    };
    let (whole, rgb) = (get(("type", "output")).await?, get(("channel", "rgb")).await?);
    ensure!(whole.text().contains("SaveImage") && !rgb.text().contains("SaveImage"));
    let webp = get(("preview", "webp;50")).await?;
    ensure!(webp.header("content-type") == "image/webp" && webp.bytes.starts_with(b"RIFF"), "{webp:?}");
    Ok(())
}
