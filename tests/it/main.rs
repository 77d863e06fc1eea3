mod assemble;
mod export;
mod generate;
mod manifest;
mod palette;
mod publish;
mod tileset;
