//! Tables of training runs.

use super::table::table;
use super::{Int, OneOrMany, Thousandths};

table! {
    /// A LoRA that is trained on images of the project. A change generates nothing.
    pub struct RawTrain "a training run" {
        /// The folder of images, relative to the project.
        data: String,
        /// The project's own picked sprites, in place of a folder: assets by name, glob or `tag:NAME`.
        from: OneOrMany<String>,
        /// The base model: a file of ComfyUI's folder `models/checkpoints`, or a path.
        base: String,
        /// The rare word in a prompt that calls the style.
        trigger: String,
        /// Training steps.
        steps: Int<1, 100_000>,
        /// The rank of the LoRA.
        rank: Int<1, 256>,
        /// Images in a step.
        batch: Int<1, 64>,
        /// The side of a square canvas in pixels, a multiple of 64.
        resolution: Int<64, 2048>,
        /// The share of the images that is held out for validation.
        hold_out: Thousandths<0, 500>,
        /// The seed.
        seed: Int<0, 2_147_483_647>,
        /// Prompts of the samples that are drawn on the way.
        prompts: OneOrMany<String>,
    }
}
