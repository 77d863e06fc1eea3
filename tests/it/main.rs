mod assemble;
mod export;
mod generate;
mod layers;
mod manifest;
mod palette;
mod publish;
mod tileset;
