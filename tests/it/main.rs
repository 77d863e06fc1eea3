mod assemble;
mod docs;
mod export;
mod generate;
mod manifest;
mod palette;
mod publish;
mod tileset;
