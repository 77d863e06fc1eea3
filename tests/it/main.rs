mod assemble;
mod export;
mod palette;
mod publish;
mod tileset;
