//! What a server tells about itself.

use anyhow::{Result, ensure};

use super::Server;

pub async fn it_tells_what_it_is(server: &Server) -> Result<()> {
    let stats = server.get("/system_stats").await?.json();
    ensure!(stats["system"]["comfyui_version"].is_string() && stats["system"]["argv"].is_array(), "{stats}");
    ensure!(stats["system"]["pytorch_version"].is_string() && stats["system"]["ram_total"].is_u64(), "{stats}");
    let device = &stats["devices"][0];
    ensure!(device["name"].is_string() && device["type"].is_string() && device["vram_total"].is_u64(), "{stats}");
    let features = server.get("/features").await?.json();
    ensure!(features["max_upload_size"].is_u64(), "{features}");
    let prompt = server.get("/prompt").await?.json();
    ensure!(prompt["exec_info"]["queue_remaining"].is_u64(), "{prompt}");
    let (plain, api) = (server.get("/queue").await?, server.get("/api/queue").await?);
    ensure!(plain.json() == api.json(), "{} {}", plain.text(), api.text());
    let none = server.get("/no/such/route").await?;
    ensure!(none.code == 404 && none.header("content-type") == "application/octet-stream", "{none:?}");
    let wrong = server.get("/interrupt").await?;
    ensure!([404, 405].contains(&wrong.code), "{wrong:?}");
    Ok(())
}

pub async fn it_tells_its_classes(server: &Server) -> Result<()> {
    let all = server.get("/object_info").await?.json();
    for class in
        ["CheckpointLoaderSimple", "LoraLoader", "KSampler", "VAEDecode", "LoadImage", "SaveImage", "DgxpSleep"]
    {
        let told = server.get(&format!("/object_info/{class}")).await?.json();
        ensure!(told[class]["input"]["required"].is_object(), "{class}: {told}");
        ensure!(all[class]["output_node"] == (class == "SaveImage"), "{class}: {}", all[class]);
    }
    ensure!(server.get("/object_info/NoSuchClass").await?.text() == "{}");
    let sampler = &all["KSampler"]["input"]["required"];
    ensure!(sampler["sampler_name"][0].as_array().is_some_and(|list| list.iter().any(|name| name == "lcm")));
    ensure!(sampler["seed"][0] == "INT" && sampler["seed"][1]["max"] == u64::MAX, "{}", sampler["seed"]);
    let newer = &all["UpscaleModelLoader"]["input"]["required"]["model_name"];
    ensure!(newer[0] == "COMBO" && newer[1]["options"].is_array(), "{newer}");
    for class in ["LoadImage", "LoadImageMask"] {
        let image = &all[class]["input"]["required"]["image"];
        ensure!(image[0].is_array() && image[1]["image_upload"] == true, "{class}: {image}");
    }
    ensure!(all["CheckpointLoaderSimple"]["output"] == serde_json::json!(["MODEL", "CLIP", "VAE"]));
    Ok(())
}

pub async fn it_tells_its_models(server: &Server) -> Result<()> {
    let folders = server.get("/models").await?.json();
    for folder in ["checkpoints", "loras", "vae", "controlnet", "upscale_models"] {
        ensure!(folders.as_array().is_some_and(|all| all.iter().any(|name| name == folder)), "{folders}");
        ensure!(server.get(&format!("/models/{folder}")).await?.json().is_array(), "{folder}");
    }
    ensure!(server.get("/models/nonsense").await?.code == 404);
    ensure!(server.get("/view_metadata/loras?filename=none.safetensors").await?.code == 404);
    Ok(())
}

pub async fn it_stumbles_over_what_is_no_json(server: &Server) -> Result<()> {
    for (path, body) in [("/prompt", "{"), ("/prompt", "{\"prompt\": \"text\"}"), ("/queue", ""), ("/free", "")] {
        let answer = server.post_text(path, body).await?;
        ensure!(
            answer.code == 500 && answer.text().starts_with("500 Internal Server Error"),
            "{path} {body}: {answer:?}"
        );
        ensure!(answer.header("content-type").starts_with("text/plain"), "{answer:?}");
    }
    ensure!(server.get("/history?max_items=abc").await?.code == 500);
    Ok(())
}

pub async fn it_refuses_foreign_pages(server: &Server) -> Result<()> {
    let request = server.client.get(format!("{}/queue", server.url)).header("Origin", "http://elsewhere.test");
    let answer = server.send(request).await?;
    ensure!(answer.code == 403 && answer.bytes.is_empty(), "{answer:?}");
    Ok(())
}
