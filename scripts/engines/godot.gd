# Runs in Godot: what its loaders make of the files of a built project, one line of JSON for each asset.
extends Node

# Clockwise from the north, as the bits of a mask.
const SIDES = [
	TileSet.CELL_NEIGHBOR_TOP_SIDE, TileSet.CELL_NEIGHBOR_TOP_RIGHT_CORNER, TileSet.CELL_NEIGHBOR_RIGHT_SIDE,
	TileSet.CELL_NEIGHBOR_BOTTOM_RIGHT_CORNER, TileSet.CELL_NEIGHBOR_BOTTOM_SIDE,
	TileSet.CELL_NEIGHBOR_BOTTOM_LEFT_CORNER, TileSet.CELL_NEIGHBOR_LEFT_SIDE, TileSet.CELL_NEIGHBOR_TOP_LEFT_CORNER,
]
const AROUND = [
	Vector2i(0, -1), Vector2i(1, -1), Vector2i(1, 0), Vector2i(1, 1),
	Vector2i(0, 1), Vector2i(-1, 1), Vector2i(-1, 0), Vector2i(-1, -1),
]

func _ready() -> void:
	var index: Dictionary = JSON.parse_string(FileAccess.get_file_as_string("res://pixels.index.json"))
	print("VERSION ", Engine.get_version_info().string)
	for entry in index.assets:
		print("ASSET ", JSON.stringify({"kind": entry.kind, "name": entry.name, "seen": seen(entry)}))
	print("END")

func seen(entry: Dictionary) -> Dictionary:
	var path: String = "res://" + entry.images[0].path
	var image: Image = (load(path) as Texture2D).get_image()
	image.convert(Image.FORMAT_RGBA8)
	var hashing := HashingContext.new()
	hashing.start(HashingContext.HASH_SHA256)
	hashing.update(image.get_data())
	var found := {"size": [image.get_width(), image.get_height()], "sha256": hashing.finish().hex_encode()}
	var resource := path.get_basename() + ".tres"
	if FileAccess.file_exists(resource):
		if entry.kind == "animation":
			found.animations = animations(load(resource))
		if entry.kind == "tileset":
			found.tiles = tiles(load(resource), entry.frames.size())
			found.painted = painted(load(resource), entry.tileset.layout)
	return found

func animations(frames: SpriteFrames) -> Dictionary:
	var found := {}
	for animation in frames.get_animation_names():
		var shown := []
		for i in frames.get_frame_count(animation):
			var region: Rect2 = frames.get_frame_texture(animation, i).region
			var seconds := frames.get_frame_duration(animation, i) / frames.get_animation_speed(animation)
			shown.append([region.position.x, region.position.y, region.size.x, region.size.y, roundi(seconds * 1000)])
		found[animation] = {"frames": shown, "loop": frames.get_animation_loop(animation)}
	return found

func tiles(tile_set: TileSet, count: int) -> Array:
	var source: TileSetAtlasSource = tile_set.get_source(tile_set.get_source_id(0))
	var found := []
	for i in source.get_tiles_count():
		var at := source.get_tile_id(i)
		var region := source.get_tile_texture_region(at)
		var data := source.get_tile_data(at, 0)
		var place := [region.position.x, region.position.y, region.size.x, region.size.y]
		var tile := {"place": place, "bits": bits(data), "probability": data.probability}
		if data.terrain_set >= 0 and tile_set.get_terrain_set_mode(0) == TileSet.TERRAIN_MODE_MATCH_CORNERS:
			tile.corners = [1, 3, 5, 7].map(func(bit: int) -> int: return data.get_terrain_peering_bit(SIDES[bit]))
		found.append(tile)
	return found

# The sides and corners that join, as far as the mode of the terrain knows them.
func bits(data: TileData) -> int:
	var mask := 0
	for bit in 8:
		if data.terrain_set >= 0 and data.is_valid_terrain_peering_bit(SIDES[bit]):
			if data.get_terrain_peering_bit(SIDES[bit]) >= 0:
				mask |= 1 << bit
	return mask

# Cells that Godot's own solver paints, and how many of them do not join what lies around them.
func painted(tile_set: TileSet, layout: String) -> Dictionary:
	if tile_set.get_terrain_sets_count() == 0 or layout.begins_with("corner"):
		return {"cells": 0, "wrong": 0}
	var layer := TileMapLayer.new()
	layer.tile_set = tile_set
	add_child(layer)
	var cells: Array[Vector2i] = []
	for y in 22:
		for x in 22:
			if (x * 7 + y * 13 + x * y) % 4 != 0 or (x / 5 + y / 4) % 2 == 0:
				cells.append(Vector2i(x, y))
	layer.set_cells_terrain_connect(cells, 0, 0, false)
	var wrong := 0
	for cell in cells:
		var data := layer.get_cell_tile_data(cell)
		if data == null or bits(data) != wanted(cells, cell, layout):
			wrong += 1
	layer.queue_free()
	return {"cells": cells.size(), "wrong": wrong}

func wanted(cells: Array[Vector2i], cell: Vector2i, layout: String) -> int:
	var filled := AROUND.map(func(way: Vector2i) -> bool: return cells.has(cell + way))
	var mask := 0
	for bit in 8:
		var is_corner := bit % 2 == 1
		var is_whole: bool = filled[bit] and filled[bit - 1] and filled[(bit + 1) % 8]
		if (is_corner and layout != "edge16" and is_whole) or (not is_corner and filled[bit]):
			mask |= 1 << bit
	return mask
