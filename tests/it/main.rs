mod assemble;
mod export;
mod generate;
mod palette;
mod publish;
mod tileset;
