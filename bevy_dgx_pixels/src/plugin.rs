//! The plugin: loads the index, follows it, and keeps sprites, players and the report up to date.

use bevy_app::prelude::*;
use bevy_asset::{
    AssetApp, AssetEvent, AssetEventSystems, AssetLoadFailedEvent, AssetServer, Assets, Handle, LoadState,
};
use bevy_ecs::prelude::*;
use bevy_image::{Image, TextureAtlasLayout};
use bevy_sprite::{Anchor, Sprite};
use bevy_time::Time;
use tracing::warn;

use crate::changes::{PixelsChanged, between};
use crate::index::Entry;
use crate::layers::{self, TileLayers};
use crate::loader::{PixelsIndex, PixelsIndexLoader, PixelsIndexSettings, Sheet};
use crate::player::{FrameEvent, Player, PlayerFinished, events_of};
use crate::report::{PixelsReport, ReportedAsset};
use crate::sprite::{Found, PixelSprite, anchor, dress, find};

/// Loads an index and shows what it names. Add it after Bevy's asset and image plugins.
#[derive(Clone, Debug)]
pub struct DgxPixelsPlugin {
    /// The path of the index in the assets folder.
    pub index: String,
    /// The scale of the images that are loaded; the project must write it.
    pub scale: u32,
    /// Whether [`PixelsReport`] is kept: every image is hashed once when it is loaded.
    pub report: bool,
}

impl Default for DgxPixelsPlugin {
    fn default() -> Self {
        Self { index: "pixels.index.json".to_owned(), scale: 1, report: true }
    }
}

/// All that the plugin does in a frame, in `PostUpdate`.
#[derive(SystemSet, Clone, Debug, PartialEq, Eq, Hash)]
pub struct PixelsSystems;

/// The index of the game.
#[derive(Resource, Clone, Debug)]
pub struct Pixels {
    /// The index; it is there when Bevy says that it is loaded.
    pub index: Handle<PixelsIndex>,
}

impl Pixels {
    /// An asset by its name in the lock; `None` while nothing is loaded.
    pub fn get<'a>(&self, indexes: &'a Assets<PixelsIndex>, name: &str) -> Option<&'a Sheet> {
        indexes.get(&self.index)?.get(name)
    }
}

#[derive(Resource, Clone)]
struct Config(DgxPixelsPlugin);

/// The assets of the index that was read last.
#[derive(Resource, Default)]
pub(crate) struct Known {
    entries: Vec<Entry>,
    /// Whether the index was read in this frame.
    pub(crate) is_new: bool,
}

impl Plugin for DgxPixelsPlugin {
    fn build(&self, app: &mut App) {
        app.init_asset::<PixelsIndex>()
            .init_asset_loader::<PixelsIndexLoader>()
            .add_message::<PixelsChanged>()
            .register_type::<PixelSprite>()
            .register_type::<Player>()
            .insert_resource(Config(self.clone()))
            .init_resource::<Known>()
            .init_resource::<TileLayers>()
            .add_systems(PreStartup, load)
            // After Bevy has said which assets changed: index, events and what was found in it fit together in a frame.
            .configure_sets(PostUpdate, PixelsSystems.after(AssetEventSystems))
            .add_systems(PostUpdate, (learn, find_assets, play, show, layers::refresh).chain().in_set(PixelsSystems));
        if self.report {
            app.register_type::<PixelsReport>().init_resource::<PixelsReport>().add_systems(
                PostUpdate,
                (report_index, report_images, report_shown).chain().in_set(PixelsSystems).after(show),
            );
        }
    }
}

fn load(mut commands: Commands, config: Res<Config>, server: Res<AssetServer>) {
    let scale = config.0.scale;
    let builder = server.load_builder().with_settings(move |settings: &mut PixelsIndexSettings| settings.scale = scale);
    commands.insert_resource(Pixels { index: builder.load(config.0.index.clone()) });
}

/// Compares a new index with the one before.
fn learn(
    mut events: MessageReader<AssetEvent<PixelsIndex>>,
    indexes: Res<Assets<PixelsIndex>>,
    pixels: Res<Pixels>,
    mut known: ResMut<Known>,
    mut changes: MessageWriter<PixelsChanged>,
) {
    let id = pixels.index.id();
    let is_ours = |event: &AssetEvent<PixelsIndex>| event.is_added(id) || event.is_modified(id);
    known.is_new = events.read().filter(|event| is_ours(event)).count() > 0;
    let Some(index) = indexes.get(id).filter(|_| known.is_new) else { return };
    let new: Vec<&Entry> = index.sheets().iter().map(|sheet| &sheet.entry).collect();
    changes.write_batch(between(&known.entries.iter().collect::<Vec<_>>(), &new));
    known.entries = new.into_iter().cloned().collect();
}

fn find_assets(
    indexes: Res<Assets<PixelsIndex>>,
    pixels: Res<Pixels>,
    known: Res<Known>,
    mut sprites: Query<(Ref<PixelSprite>, &mut Found)>,
) {
    let Some(index) = indexes.get(&pixels.index) else { return };
    for (sprite, mut found) in &mut sprites {
        let is_found = |at: usize| index.sheets().get(at).is_some_and(|sheet| sheet.is(&sprite.name));
        if !known.is_new && (!sprite.is_changed() || found.0.is_some_and(is_found)) {
            continue;
        }
        found.0 = find(index, &sprite.name);
        if found.0.is_none() && !sprite.name.is_empty() {
            warn!("the index has no asset `{}`, or several of that name: put its kind and `/` before it", sprite.name);
        }
    }
}

fn play(
    indexes: Res<Assets<PixelsIndex>>,
    pixels: Res<Pixels>,
    time: Res<Time>,
    mut commands: Commands,
    mut players: Query<(Entity, &mut Player, &mut PixelSprite, &Found)>,
) {
    let Some(index) = indexes.get(&pixels.index) else { return };
    for (entity, mut player, mut sprite, found) in &mut players {
        let Some(entry) = found.0.and_then(|at| index.sheets().get(at)).map(|sheet| &sheet.entry) else { continue };
        let Some(animation) = &entry.animation else { continue };
        let step = player.advance(entry, time.delta());
        let frame = player.frame(entry);
        if sprite.frame != frame {
            sprite.frame = frame;
        }
        for frame in step.began {
            for event in events_of(animation, frame) {
                let (animation, event) = (entry.name.clone(), event.to_owned());
                commands.trigger(FrameEvent { entity, animation, event, frame });
            }
        }
        if step.ended {
            commands.trigger(PlayerFinished { entity, animation: entry.name.clone() });
        }
    }
}

type Dressed<'a> = (&'a PixelSprite, &'a Found, &'a mut Sprite, &'a mut Anchor);

fn show(
    indexes: Res<Assets<PixelsIndex>>,
    pixels: Res<Pixels>,
    mut sprites: Query<Dressed, Or<(Changed<PixelSprite>, Changed<Found>)>>,
) {
    let Some(index) = indexes.get(&pixels.index) else { return };
    for (wanted, found, mut sprite, mut own) in &mut sprites {
        let Some(sheet) = found.0.and_then(|at| index.sheets().get(at)) else { continue };
        dress(&mut sprite, wanted, sheet);
        if let Some(anchor) = anchor(&sheet.entry) {
            own.set_if_neq(anchor);
        }
    }
}

fn report_index(
    indexes: Res<Assets<PixelsIndex>>,
    pixels: Res<Pixels>,
    config: Res<Config>,
    known: Res<Known>,
    layouts: Res<Assets<TextureAtlasLayout>>,
    images: Res<Assets<Image>>,
    server: Res<AssetServer>,
    mut failures: MessageReader<AssetLoadFailedEvent<PixelsIndex>>,
    mut report: ResMut<PixelsReport>,
) {
    if report.version == 0 {
        report.version = 1;
        report.index.clone_from(&config.0.index);
        report.state = "loading".to_owned();
    }
    if let Some(index) = indexes.get(&pixels.index).filter(|_| known.is_new) {
        report.learn(index, &layouts, &images);
        report.failure.clear();
        report.state = "loading".to_owned();
    }
    for failure in failures.read().filter(|failure| failure.id == pixels.index.id()) {
        report.state = "failed".to_owned();
        report.failure = first_line(&failure.error);
    }
    if report.state == "loading" && server.is_loaded_with_dependencies(&pixels.index) {
        report.state = "loaded".to_owned();
    }
    if report.state == "loading"
        && let Some(LoadState::Failed(error)) = server.get_load_state(&pixels.index)
    {
        report.state = "failed".to_owned();
        report.failure = first_line(&error);
    }
}

fn report_images(
    indexes: Res<Assets<PixelsIndex>>,
    pixels: Res<Pixels>,
    images: Res<Assets<Image>>,
    mut events: MessageReader<AssetEvent<Image>>,
    mut failures: MessageReader<AssetLoadFailedEvent<Image>>,
    mut report: ResMut<PixelsReport>,
) {
    let Some(index) = indexes.get(&pixels.index) else { return };
    let is_ours = |id| index.sheets().iter().any(|sheet| sheet.image.id() == id);
    for event in events.read() {
        let (AssetEvent::Added { id } | AssetEvent::Modified { id }) = event else { continue };
        let Some(image) = images.get(*id).filter(|_| is_ours(*id)) else { continue };
        let mut seen = ReportedAsset::default();
        seen.see(image);
        let of_it = index.sheets().iter().zip(&mut report.assets).filter(|(sheet, _)| sheet.image.id() == *id);
        for (_, asset) in of_it {
            asset.take(&seen);
            asset.changes += u32::from(matches!(event, AssetEvent::Modified { .. }));
        }
        if report.state == "failed" {
            report.state = "loading".to_owned();
            report.failure.clear();
        }
    }
    for failure in failures.read().filter(|failure| is_ours(failure.id)) {
        report.state = "failed".to_owned();
        report.failure = first_line(&failure.error);
    }
}

fn report_shown(found: Query<&Found>, changed: Query<(), Changed<Found>>, mut report: ResMut<PixelsReport>) {
    if changed.is_empty() {
        return;
    }
    report.assets.iter_mut().for_each(|asset| asset.shown = 0);
    for at in found.iter().filter_map(|found| found.0) {
        report.assets.get_mut(at).into_iter().for_each(|asset| asset.shown += 1);
    }
}

/// The rest is a backtrace.
fn first_line(error: &impl ToString) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
