# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_dgx_pixels_global_optspecs
    string join \n C/project= color= q/quiet v/verbose j/jobs= message-format= h/help V/version
end

function __fish_dgx_pixels_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_dgx_pixels_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_dgx_pixels_using_subcommand
    set -l cmd (__fish_dgx_pixels_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -s V -l version -d 'Print version'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "build" -d 'Build everything that is not up to date'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "watch" -d 'Build again whenever a file changes'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "check" -d 'Check that everything is up to date'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "plan" -d 'Show what a build would do'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "why" -d 'Explain why an asset would be rebuilt'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "list" -d 'List the assets'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "candidates" -d 'Show the candidates of an asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "show" -d 'Show an asset in the terminal'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "what-if" -d 'Compare assets with what another recipe would make of them'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "compare" -d 'Compare styles: the same slots and seeds, blind votes, a decision'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "report" -d 'Write a page that shows all assets, or a table'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "review" -d 'Review the assets in a browser: look, pick, re-roll, direct'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "tui" -d 'Work on the project in the terminal: look, pick, re-roll, compare, generate'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "serve" -d 'Serve the project over HTTP'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "generate" -d 'Generate images from one prompt, with or without a project'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "batch" -d 'Generate an image for every prompt in a list'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "add" -d 'Add an asset to pixels.toml'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "adopt" -d 'Make an edited file of the output folder the source of its asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "process" -d 'Restore images to true pixel art, without a project'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "palette" -d 'List, show, extract and convert palettes'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "tileset" -d 'Verify tilesets'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "dataset" -d 'Audit and prepare training data'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "train" -d 'Train a LoRA of the project\'s own style'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "worker" -d 'Install and inspect the training worker'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "pick" -d 'Pick a candidate of an asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "unpick" -d 'Remove a pick, so that the gates choose again'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "keep" -d 'Mark candidates, so that no reroll drops them'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "reroll" -d 'Generate new candidates of an asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "mv" -d 'Rename an asset in the manifest, the lock and the output folder'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "rm" -d 'Remove assets from the manifest; the next build removes their files'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "fmt" -d 'Format pixels.toml; comments stay'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "upgrade" -d 'Update built-in presets and workflows to their newest versions'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "cache" -d 'Manage the store: size, verify, gc, export, import'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "lock" -d 'Resolve merge conflicts in pixels.lock'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "doctor" -d 'Diagnose problems with the project, the servers and the models'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "init" -d 'Create a project'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "schema" -d 'Print the JSON schema of pixels.toml'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "completions" -d 'Print a shell completion script'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "man" -d 'Write man pages'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "mcp" -d 'Serve the project to assistants over the Model Context Protocol'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "workflow" -d 'List, show, import and check ComfyUI workflows'
complete -c dgx-pixels -n "__fish_dgx_pixels_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -l fill -d 'Fill in placeholder art for what cannot be built; it never enters the lock' -r -f -a "sketch\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -l time-limit -d 'Fail what servers have not made after this time, such as `90s`, `10m` or `2h`; the next build takes it up' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -l locked -d 'Exit 4 if pixels.lock would change'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -l frozen -d 'Like --locked, and without network access'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -l dry-run -d 'Print the plan and build nothing'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -l overwrite -d 'Overwrite files that this checkout did not write; copies go to .dgx-pixels/kept'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -l recapture -d 'Generate lost raws of automatic picks again'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -s y -l yes -d 'Allow more images than `max_images`, and placeholder art in place of generated images'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -l keep-going -d 'Continue with other assets when one fails (the default)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand watch" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand watch" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand watch" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand watch" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand watch" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand watch" -l generate -d 'Also generate images on servers, at most `max_images` a build'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand watch" -l poll -d 'Look at the files twice a second, for disks whose changes the system does not report'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand watch" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand watch" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand check" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand check" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand check" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand check" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand check" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand check" -l outputs -d 'Also read the files in the output folder; without it they only have to be there'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand check" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand check" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand plan" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand plan" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand plan" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand plan" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand plan" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand plan" -l json -d 'Print one JSON value'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand plan" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand plan" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand why" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand why" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand why" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand why" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand why" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand why" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand why" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand list" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand list" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand list" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand list" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand list" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand list" -l json -d 'Print JSON'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand list" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand list" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand candidates" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand candidates" -l sheet -d 'Draw a contact sheet: each restored candidate beside its raw' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand candidates" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand candidates" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand candidates" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand candidates" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand candidates" -l json -d 'Print JSON'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand candidates" -l force -d 'Overwrite an existing sheet'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand candidates" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand candidates" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand candidates" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand show" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand show" -s n -l candidate -d 'Show a candidate instead, by its number' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand show" -l width -d 'Columns to use [default: those of the terminal]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand show" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand show" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand show" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand show" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand show" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand show" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand what-if" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand what-if" -l sheet -d 'Draw a contact sheet: each asset before and after' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand what-if" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand what-if" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand what-if" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand what-if" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand what-if" -l json -d 'Print JSON'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand what-if" -l force -d 'Overwrite an existing sheet'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand what-if" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand what-if" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand what-if" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -f -a "run" -d 'Generate what the arms of a comparison lack'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -f -a "vote" -d 'Vote on blind pairs of images'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -f -a "report" -d 'Show what votes and metrics say, and write a page'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -f -a "adopt" -d 'Write an arm into the style of the manifest'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -f -a "sweep" -d 'Write arms for LoRAs at several weights into the manifest'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and not __fish_seen_subcommand_from run vote report adopt sweep help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from run" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from run" -l time-limit -d 'Fail what servers have not made after this time, such as `90s` or `10m`' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from run" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from run" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from run" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from run" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from run" -l dry-run -d 'Only print how many images it would generate'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from run" -s y -l yes -d 'Generate more images than `max_images` without asking'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from vote" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from vote" -l pairs -d 'Print the next N pairs as JSON lines, and take no votes' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from vote" -l rater -d 'Who votes; only a digest is kept [default: git\'s user name]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from vote" -l seed -d 'Seed that chooses pairs and sides [default: derived from comparison and rater]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from vote" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from vote" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from vote" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from vote" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from vote" -l undo -d 'Take back the last vote'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from vote" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from vote" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from vote" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from report" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from report" -s o -l out -d 'The page, one file that works offline [default: .dgx-pixels/compare-NAME.html]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from report" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from report" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from report" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from report" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from report" -l json -d 'Print JSON'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from report" -l force -d 'Overwrite an existing page'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from report" -l open -d 'Open the page in the browser'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from report" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from report" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from adopt" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from adopt" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from adopt" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from adopt" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from adopt" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from adopt" -l dry-run -d 'Only print what it would change'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from adopt" -s y -l yes -d 'Adopt it even if the votes do not separate it from the others'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from adopt" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from adopt" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from adopt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -l lora -d 'A LoRA, as the servers list it' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -l checkpoints -d 'Further LoRAs in ComfyUI\'s folder, such as "house-*.safetensors"' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -l weights -d 'Their weights: from..to/step, or a list with commas' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -l slots -d 'The slots of a new comparison: assets by name, glob or tag:NAME' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -l dry-run -d 'Only print the arms'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from sweep" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from help" -f -a "run" -d 'Generate what the arms of a comparison lack'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from help" -f -a "vote" -d 'Vote on blind pairs of images'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from help" -f -a "report" -d 'Show what votes and metrics say, and write a page'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from help" -f -a "adopt" -d 'Write an arm into the style of the manifest'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from help" -f -a "sweep" -d 'Write arms for LoRAs at several weights into the manifest'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand compare; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -l since -d 'Only what changed since a revision of git, such as `origin/main`' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -s o -l out -d 'The page, one file that works offline [default: .dgx-pixels/report.html]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -l markdown -d 'Write a table in Markdown, and the page only with `--out`' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -l images -d 'Write small images for the table into this folder, named by their content' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -l image-base -d 'The address under which that folder will be found [default: its path beside the table]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -l force -d 'Overwrite files that are no reports'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -l listen -d 'Where to listen; other addresses than those of this machine alone need a token' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -l host -d 'Another name under which clients may call the server, such as `spark.local`' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -l token-file -d 'Let in only who sends the token in this file, which is created if it does not exist' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -l read-only -d 'Refuse everything that would change something'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -l open -d 'Open the page in a browser'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -l no-open -d 'Do not open a browser'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -l generate -d 'Also generate images on servers after a change, at most `max_images` a build'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand review" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tui" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tui" -l screen -d 'The first screen' -r -f -a "build\t''
gallery\t''
compare\t''
prompt\t''
servers\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tui" -l images -d 'How images are drawn: `auto` asks the terminal; inside tmux it is `half`' -r -f -a "auto\t''
off\t''
half\t''
sixel\t''
kitty\t''
iterm2\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tui" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tui" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tui" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tui" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tui" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tui" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tui" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -l listen -d 'Where to listen; other addresses than those of this machine alone need a token' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -l host -d 'Another name under which clients may call the server, such as `spark.local`' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -l token-file -d 'Let in only who sends the token in this file, which is created if it does not exist' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -l read-only -d 'Refuse everything that would change something'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -l open -d 'Open the page in a browser'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -l size -d 'Frame size in logical pixels [default: as found]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -l palette -d 'A built-in palette, a palette file, or colours (`#1a1c2c,#5d275d`)' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -l style -d 'A style of the manifest' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -l negative -d 'What the image must not show' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -l backend -d 'What generates the images [default: the project\'s backend; comfyui without a project]' -r -f -a "comfyui\t''
sketch\t''
worker\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -l time-limit -d 'Fail what servers have not made after this time, such as `90s` or `10m`' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -l seed -d 'Seed of the first image, counted up for the others [default: derived from the name]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -s n -l count -d 'Number of images; with --add, number of candidates' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -s o -l out -l output -d 'Output file (`.png`) or folder [default: this folder]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -l name -d 'Name of the image [default: derived from the prompt]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -l force -d 'Overwrite existing files'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -l add -d 'Add it to pixels.toml as a sprite, and build that'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand generate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -s o -l out -l output -d 'Output folder' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -l preset -d 'Preset for prompts that have none' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -l size -d 'Frame size in logical pixels [default: as found]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -l palette -d 'A built-in palette, a palette file, or colours (`#1a1c2c,#5d275d`)' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -l style -d 'A style of the manifest' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -l negative -d 'What the image must not show' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -l backend -d 'What generates the images [default: the project\'s backend; comfyui without a project]' -r -f -a "comfyui\t''
sketch\t''
worker\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -l time-limit -d 'Fail what servers have not made after this time, such as `90s` or `10m`' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -l force -d 'Overwrite existing files'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -l keep-going -d 'Continue with other images when one fails (the default)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand batch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l preset -d 'Preset; several separated by commas' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l of -d 'Sprite that an animation is made from, or texture that a tileset is made from' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l over -d 'Texture that a tileset lies over' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l action -d 'Action of an animation, such as walk' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l frames -d 'Number of frames of an animation' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l layout -d 'Layout of a tileset: single, edge16, corner16, blob47' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l directions -d 'Number of views of a sprite: 4 or 8' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l candidates -d 'Number of candidates' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l size -d 'Frame size in logical pixels' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l palette -d 'A built-in palette or colours (`#1a1c2c,#5d275d`)' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l style -d 'A style of the manifest' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l recipe -d 'A recipe of the manifest' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l tags -d 'Words to select it by; several separated by commas' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l matrix -d 'An axis and its values, such as `color=red,blue`; may be repeated' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l mirror -d 'A direction that mirrors another, such as `w=e`; several separated by commas' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l fps -d 'Frames a second of an animation' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l source -d 'Images of the project in place of generated ones: files or globs; several separated by commas' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l reference -d 'An image that it starts from: a file of the project, or an asset' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand adopt" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand adopt" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand adopt" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand adopt" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand adopt" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand adopt" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand adopt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -s o -l out -d 'Output folder; every image becomes NAME.png in it' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l grid -d 'Number of logical pixels across and down' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l pixel-size -d 'Size of a logical pixel in pixels of the image, such as 8 or 7.5' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l size -d 'Fit the subject into a frame of this size [default: as found]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l palette -d 'A built-in palette or a palette file' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l colors -d 'Maximum number of colours; with a palette, so many of its colours [default: as many as are found]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l background -d 'Background to cut out: a flat one, one in a vivid key colour or in this colour alone, or none' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l drawn-frame -d 'A frame drawn along the border: removed with the background inside it, kept, or cut off [default: auto]' -r -f -a "auto\t''
keep\t''
remove\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l holes -d 'Background that the subject encloses: removed where it looks like a gap, kept, or removed [default: auto]' -r -f -a "auto\t''
keep\t''
cut\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l shadow -d 'The shadow that a subject casts on its background: kept, made of one colour, or removed [default: keep]' -r -f -a "keep\t''
flat\t''
remove\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l alpha -d 'Half-transparent pixels: kept for finished art only, kept, rounded to quarters, or made opaque or transparent' -r -f -a "auto\t''
keep\t''
levels\t''
binary\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l fit -d 'A subject larger than its frame: reduced to fill it, reduced by a whole step, or not reduced [default: fill]' -r -f -a "fill\t''
step\t''
exact\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l recipe -d 'TOML file with the keys of a recipe' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l explain -d 'Also draw what was found (grid, confidence, palette, residue) into a folder NAME in here for every image' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l keep-background -d 'Keep the background: `--background none`'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l group -d 'Restore all images with one grid and one palette'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l strict -d 'Exit 3 if a gate fails: a grid below its confidence, or a gate of the recipe'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -l json -d 'Print grid, palette and metrics, one JSON object per image'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand process" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and not __fish_seen_subcommand_from list show extract convert help" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and not __fish_seen_subcommand_from list show extract convert help" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and not __fish_seen_subcommand_from list show extract convert help" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and not __fish_seen_subcommand_from list show extract convert help" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and not __fish_seen_subcommand_from list show extract convert help" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and not __fish_seen_subcommand_from list show extract convert help" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and not __fish_seen_subcommand_from list show extract convert help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and not __fish_seen_subcommand_from list show extract convert help" -f -a "list" -d 'List the built-in palettes'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and not __fish_seen_subcommand_from list show extract convert help" -f -a "show" -d 'Show the colours of a palette'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and not __fish_seen_subcommand_from list show extract convert help" -f -a "extract" -d 'Extract the palette of an image'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and not __fish_seen_subcommand_from list show extract convert help" -f -a "convert" -d 'Convert a palette into the format that the extension of OUT names'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and not __fish_seen_subcommand_from list show extract convert help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from list" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from list" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from show" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from show" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from show" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from extract" -l colors -d 'Maximum number of colours' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from extract" -s o -l output -d 'Write a file (.gpl .hex .pal .json .png) instead of printing the colours' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from extract" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from extract" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from extract" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from extract" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from extract" -l force -d 'Overwrite an existing file'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from extract" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from extract" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from extract" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from convert" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from convert" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from convert" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from convert" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from convert" -l force -d 'Overwrite an existing file'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from convert" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from convert" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from convert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the built-in palettes'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the colours of a palette'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from help" -f -a "extract" -d 'Extract the palette of an image'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from help" -f -a "convert" -d 'Convert a palette into the format that the extension of OUT names'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand palette; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and not __fish_seen_subcommand_from verify help" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and not __fish_seen_subcommand_from verify help" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and not __fish_seen_subcommand_from verify help" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and not __fish_seen_subcommand_from verify help" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and not __fish_seen_subcommand_from verify help" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and not __fish_seen_subcommand_from verify help" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and not __fish_seen_subcommand_from verify help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and not __fish_seen_subcommand_from verify help" -f -a "verify" -d 'Verify that the tiles of a sheet join; exits 3 if they do not'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and not __fish_seen_subcommand_from verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and __fish_seen_subcommand_from verify" -l layout -d 'Which tiles it has' -r -f -a "blob47\t''
edge16\t''
corner16\t''
corner81\t''
corner256\t''
a2\t''
slopes\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and __fish_seen_subcommand_from verify" -l tile -d 'The size of a tile, such as 16 or 16x24' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and __fish_seen_subcommand_from verify" -l draw -d 'Draw the first tiles that do not join' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and __fish_seen_subcommand_from verify" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and __fish_seen_subcommand_from verify" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and __fish_seen_subcommand_from verify" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and __fish_seen_subcommand_from verify" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Verify that the tiles of a sheet join; exits 3 if they do not'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand tileset; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and not __fish_seen_subcommand_from audit prepare from-project help" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and not __fish_seen_subcommand_from audit prepare from-project help" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and not __fish_seen_subcommand_from audit prepare from-project help" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and not __fish_seen_subcommand_from audit prepare from-project help" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and not __fish_seen_subcommand_from audit prepare from-project help" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and not __fish_seen_subcommand_from audit prepare from-project help" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and not __fish_seen_subcommand_from audit prepare from-project help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and not __fish_seen_subcommand_from audit prepare from-project help" -f -a "audit" -d 'Report what a folder of images is worth as training data; exits 3 if it cannot be trained on'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and not __fish_seen_subcommand_from audit prepare from-project help" -f -a "prepare" -d 'Make canvases with captions: images enlarged by whole factors, never resampled'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and not __fish_seen_subcommand_from audit prepare from-project help" -f -a "from-project" -d 'Write the project\'s own picked sprites into a folder, with captions from their prompts'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and not __fish_seen_subcommand_from audit prepare from-project help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -l trigger -d 'The word that calls the style [default: that of dataset.toml, else dgxpx_style]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -l template -d 'The template of captions, with {trigger} {words} {folders} {tags} {view} {background} {size} {colors}' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -l background -d 'The colour behind transparent pixels' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -l least -d 'The least number of distinct images' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -l sheet -d 'Draw the images into this PNG, those with findings first' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -l restore -d 'Restore images that are no native pixel art, instead of refusing them'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -l force -d 'Write over the file of `--sheet`'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -l json -d 'Print the audit as JSON'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from audit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -l trigger -d 'The word that calls the style [default: that of dataset.toml, else dgxpx_style]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -l template -d 'The template of captions, with {trigger} {words} {folders} {tags} {view} {background} {size} {colors}' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -l background -d 'The colour behind transparent pixels' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -l least -d 'The least number of distinct images' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -s o -l out -d 'The folder for canvases and captions' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -l resolution -d 'Side of a square canvas in pixels; others have about the same area' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -l cell -d 'Side of an enlarged native pixel, a multiple of 8 [default: 32, 16 or 8, the largest with which all images fit]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -l hold-out -d 'Share of the images that is held out for validation' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -l restore -d 'Restore images that are no native pixel art, instead of refusing them'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -l no-sheets -d 'Give each image a canvas of its own'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from prepare" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from from-project" -s o -l out -d 'The folder for images and dataset.toml' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from from-project" -l licence -d 'The licence of the images, such as CC0-1.0' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from from-project" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from from-project" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from from-project" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from from-project" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from from-project" -l force -d 'Write over files of the same names'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from from-project" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from from-project" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from from-project" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from help" -f -a "audit" -d 'Report what a folder of images is worth as training data; exits 3 if it cannot be trained on'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from help" -f -a "prepare" -d 'Make canvases with captions: images enlarged by whole factors, never resampled'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from help" -f -a "from-project" -d 'Write the project\'s own picked sprites into a folder, with captions from their prompts'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand dataset; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -l dry-run -d 'Print what the run would do, and train nothing'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -l list -d 'List the jobs of the worker'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -l cancel -d 'End the job of the run; its state is saved, and `train NAME` continues it'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -l detach -d 'Leave the job to the worker, and return'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -l bound -d 'End a worker that this command starts with the command'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -a "prove" -d 'Draw and judge samples: what a run learnt, copied and changed, and which step to use; exits 3 if it fails'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -a "adopt" -d 'Write the LoRA that a proof chose into a style'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -a "compare" -d 'Write a comparison of the present style with the steps and strengths of a proof, to vote on'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and not __fish_seen_subcommand_from prove adopt compare help" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from prove" -l seeds -d 'Seeds of each prompt' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from prove" -l strengths -d 'Strengths of the LoRA' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from prove" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from prove" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from prove" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from prove" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from prove" -l no-draw -d 'Judge the samples that are there, and draw none'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from prove" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from prove" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from prove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from adopt" -l style -d 'The style that gets it' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from adopt" -l step -d 'The LoRA of another step than the proof chose' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from adopt" -l strength -d 'Another strength than the proof chose' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from adopt" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from adopt" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from adopt" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from adopt" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from adopt" -l dry-run -d 'Only print what it would change'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from adopt" -s y -l yes -d 'Adopt it even if the proof does not support it'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from adopt" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from adopt" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from adopt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from compare" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from compare" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from compare" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from compare" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from compare" -l dry-run -d 'Only print the arms'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from compare" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from compare" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from compare" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from help" -f -a "prove" -d 'Draw and judge samples: what a run learnt, copied and changed, and which step to use; exits 3 if it fails'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from help" -f -a "adopt" -d 'Write the LoRA that a proof chose into a style'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from help" -f -a "compare" -d 'Write a comparison of the present style with the steps and strengths of a proof, to vote on'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand train; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and not __fish_seen_subcommand_from install status stop help" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and not __fish_seen_subcommand_from install status stop help" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and not __fish_seen_subcommand_from install status stop help" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and not __fish_seen_subcommand_from install status stop help" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and not __fish_seen_subcommand_from install status stop help" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and not __fish_seen_subcommand_from install status stop help" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and not __fish_seen_subcommand_from install status stop help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and not __fish_seen_subcommand_from install status stop help" -f -a "install" -d 'Install it with its pinned packages into an environment of its own'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and not __fish_seen_subcommand_from install status stop help" -f -a "status" -d 'Show whether it is installed and runs, and its jobs'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and not __fish_seen_subcommand_from install status stop help" -f -a "stop" -d 'End it; its jobs save their state'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and not __fish_seen_subcommand_from install status stop help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from install" -l python -d 'Python 3.11 or newer' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from install" -l environment -d 'Use the packages of this environment, and install none' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from install" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from install" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from install" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from install" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from install" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from install" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from status" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from status" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from status" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from status" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from stop" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from stop" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from stop" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from stop" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from stop" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from stop" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from help" -f -a "install" -d 'Install it with its pinned packages into an environment of its own'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show whether it is installed and runs, and its jobs'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from help" -f -a "stop" -d 'End it; its jobs save their state'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand worker; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand pick" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand pick" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand pick" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand pick" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand pick" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand pick" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand pick" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand pick" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand unpick" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand unpick" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand unpick" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand unpick" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand unpick" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand unpick" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand unpick" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand unpick" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand keep" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand keep" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand keep" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand keep" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand keep" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand keep" -l none -d 'Remove the marks of all candidates'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand keep" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand keep" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand keep" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand reroll" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand reroll" -l keep -d 'Numbers of the candidates that stay [default: those that `keep` marked]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand reroll" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand reroll" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand reroll" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand reroll" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand reroll" -l build -d 'Build what was rerolled at once'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand reroll" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand reroll" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand reroll" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mv" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mv" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mv" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mv" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mv" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mv" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mv" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand rm" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand rm" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand rm" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand rm" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand rm" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand rm" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand fmt" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand fmt" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand fmt" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand fmt" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand fmt" -l check -d 'Write nothing; exit with 4 where a file is written in another way'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand fmt" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand fmt" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand fmt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand upgrade" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand upgrade" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand upgrade" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand upgrade" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand upgrade" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand upgrade" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand upgrade" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -f -a "size" -d 'Show the size of the store'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -f -a "verify" -d 'Read every raw and quarantine damaged ones'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -f -a "gc" -d 'Remove what no lock refers to; a scope is required'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -f -a "export" -d 'Export raws into one file'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -f -a "import" -d 'Import raws from a file that `export` wrote'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and not __fish_seen_subcommand_from size verify gc export import help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from size" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from size" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from size" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from size" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from size" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from size" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from size" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from verify" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from verify" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from verify" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from verify" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -l raws -d 'Remove raws that no lock of any branch, stash or worktree refers to, and files of raws/ that nothing picks any more'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -l sprites -d 'Remove cached sprites that no lock of this checkout refers to'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -l damaged -d 'Remove raws that were found damaged and put aside'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -l all -d 'Remove all of these'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -l picked -d 'Also remove raws that were picked once; without it they are named and stay'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -l dry-run -d 'Show what would be removed, and remove nothing; alone, for all of these'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -l shared -d 'Also clean a store outside of the project, which other projects may share'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from gc" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from export" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from export" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from export" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from export" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from export" -l picked -d 'Only picked raws'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from export" -l force -d 'Overwrite an existing file'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from import" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from import" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from import" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from import" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "size" -d 'Show the size of the store'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Read every raw and quarantine damaged ones'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "gc" -d 'Remove what no lock refers to; a scope is required'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "export" -d 'Export raws into one file'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "import" -d 'Import raws from a file that `export` wrote'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and not __fish_seen_subcommand_from resolve help" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and not __fish_seen_subcommand_from resolve help" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and not __fish_seen_subcommand_from resolve help" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and not __fish_seen_subcommand_from resolve help" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and not __fish_seen_subcommand_from resolve help" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and not __fish_seen_subcommand_from resolve help" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and not __fish_seen_subcommand_from resolve help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and not __fish_seen_subcommand_from resolve help" -f -a "resolve" -d 'Merge the two sides of a conflict in pixels.lock'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and not __fish_seen_subcommand_from resolve help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and __fish_seen_subcommand_from resolve" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and __fish_seen_subcommand_from resolve" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and __fish_seen_subcommand_from resolve" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and __fish_seen_subcommand_from resolve" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and __fish_seen_subcommand_from resolve" -l ours -d 'Prefer our pick where both sides picked'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and __fish_seen_subcommand_from resolve" -l theirs -d 'Prefer their pick where both sides picked'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and __fish_seen_subcommand_from resolve" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and __fish_seen_subcommand_from resolve" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and __fish_seen_subcommand_from resolve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and __fish_seen_subcommand_from help" -f -a "resolve" -d 'Merge the two sides of a conflict in pixels.lock'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand lock; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand doctor" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand doctor" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand doctor" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand doctor" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand doctor" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand doctor" -l models -d 'List the model files that the manifest needs, with folder, licence, source and download command'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand doctor" -l json -d 'Print one JSON value'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand doctor" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand doctor" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand init" -l name -d 'Name of the project [default: the folder\'s name]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand init" -l backend -d 'What generates the images' -r -f -a "comfyui\t''
sketch\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand init" -l from-images -d 'Write a sprite for every image in a folder of the project, with the size that is found in it' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand init" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand init" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand init" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand init" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand init" -l example -d 'Write a manifest that shows all keys'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand init" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand init" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand schema" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand schema" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand schema" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand schema" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand schema" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand schema" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand schema" -s h -l help -d 'Print help'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand completions" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand completions" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand completions" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand completions" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand completions" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand completions" -s h -l help -d 'Print help'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand man" -l out -d 'Folder for the pages [default: print the main page]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand man" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand man" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand man" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand man" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand man" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand man" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand man" -s h -l help -d 'Print help'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mcp" -s P -l profile -d 'Use `[profile.NAME]` of the manifest, which has its own lock' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mcp" -l budget -d 'Images that servers may draw while this process lives [default: no limit beside `max_images` of each build]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mcp" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mcp" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mcp" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mcp" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mcp" -l read-only -d 'Offer only tools that cost and write nothing'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mcp" -l bound -d 'Cancel running jobs when the client goes away [default: they end first]'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mcp" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mcp" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand mcp" -s h -l help -d 'Print help'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and not __fish_seen_subcommand_from list import check show help" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and not __fish_seen_subcommand_from list import check show help" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and not __fish_seen_subcommand_from list import check show help" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and not __fish_seen_subcommand_from list import check show help" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and not __fish_seen_subcommand_from list import check show help" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and not __fish_seen_subcommand_from list import check show help" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and not __fish_seen_subcommand_from list import check show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and not __fish_seen_subcommand_from list import check show help" -f -a "list" -d 'List the built-in workflows and those of the project'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and not __fish_seen_subcommand_from list import check show help" -f -a "import" -d 'Import a graph of ComfyUI: an export, a file of the editor, or an image with the graph in it'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and not __fish_seen_subcommand_from list import check show help" -f -a "check" -d 'Check workflows against the nodes of a server, or against the recorded core nodes of ComfyUI'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and not __fish_seen_subcommand_from list import check show help" -f -a "show" -d 'Print the file of a workflow'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and not __fish_seen_subcommand_from list import check show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from list" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from list" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from import" -l name -d 'Name in the manifest [default: the file\'s name]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from import" -l bind -d 'Bind a placeholder (prompt, seed ..) to a node, name the `output`, or `keep` a text as it is' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from import" -l server -d 'ComfyUI server that has the file\'s nodes; its login is read from `pixels.local.toml`' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from import" -l object-info -d 'File with the response of such a server\'s `/object_info`' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from import" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from import" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from import" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from import" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from import" -l force -d 'Overwrite an existing workflow'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from check" -l server -d 'ComfyUI server to check against; its login is read from `pixels.local.toml`' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from check" -l object-info -d 'File with the response of a server\'s `/object_info`' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from check" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from check" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from check" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from check" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from show" -l message-format -d 'Output format: `json` prints events and results to stdout, one object per line' -r -f -a "human\t'Progress bars on a terminal, plain lines elsewhere'
json\t'One JSON object per line'
github\t'As `human`, and annotations of GitHub Actions, which a job of it gets without being asked'"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from show" -s C -l project -d 'The project\'s folder [default: this folder or the nearest parent with a pixels.toml]' -r -F
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from show" -s j -l jobs -d 'Worker threads [default: one per processor]' -r
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only results and errors: no progress, no warnings, no closing line'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print every step of every asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the built-in workflows and those of the project'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from help" -f -a "import" -d 'Import a graph of ComfyUI: an export, a file of the editor, or an image with the graph in it'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check workflows against the nodes of a server, or against the recorded core nodes of ComfyUI'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print the file of a workflow'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand workflow; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "build" -d 'Build everything that is not up to date'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "watch" -d 'Build again whenever a file changes'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "check" -d 'Check that everything is up to date'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "plan" -d 'Show what a build would do'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "why" -d 'Explain why an asset would be rebuilt'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "list" -d 'List the assets'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "candidates" -d 'Show the candidates of an asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "show" -d 'Show an asset in the terminal'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "what-if" -d 'Compare assets with what another recipe would make of them'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "compare" -d 'Compare styles: the same slots and seeds, blind votes, a decision'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "report" -d 'Write a page that shows all assets, or a table'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "review" -d 'Review the assets in a browser: look, pick, re-roll, direct'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "tui" -d 'Work on the project in the terminal: look, pick, re-roll, compare, generate'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "serve" -d 'Serve the project over HTTP'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "generate" -d 'Generate images from one prompt, with or without a project'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "batch" -d 'Generate an image for every prompt in a list'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "add" -d 'Add an asset to pixels.toml'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "adopt" -d 'Make an edited file of the output folder the source of its asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "process" -d 'Restore images to true pixel art, without a project'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "palette" -d 'List, show, extract and convert palettes'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "tileset" -d 'Verify tilesets'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "dataset" -d 'Audit and prepare training data'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "train" -d 'Train a LoRA of the project\'s own style'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "worker" -d 'Install and inspect the training worker'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "pick" -d 'Pick a candidate of an asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "unpick" -d 'Remove a pick, so that the gates choose again'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "keep" -d 'Mark candidates, so that no reroll drops them'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "reroll" -d 'Generate new candidates of an asset'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "mv" -d 'Rename an asset in the manifest, the lock and the output folder'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "rm" -d 'Remove assets from the manifest; the next build removes their files'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "fmt" -d 'Format pixels.toml; comments stay'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "upgrade" -d 'Update built-in presets and workflows to their newest versions'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "cache" -d 'Manage the store: size, verify, gc, export, import'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "lock" -d 'Resolve merge conflicts in pixels.lock'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "doctor" -d 'Diagnose problems with the project, the servers and the models'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "init" -d 'Create a project'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "schema" -d 'Print the JSON schema of pixels.toml'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "completions" -d 'Print a shell completion script'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "man" -d 'Write man pages'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "mcp" -d 'Serve the project to assistants over the Model Context Protocol'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "workflow" -d 'List, show, import and check ComfyUI workflows'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and not __fish_seen_subcommand_from build watch check plan why list candidates show what-if compare report review tui serve generate batch add adopt process palette tileset dataset train worker pick unpick keep reroll mv rm fmt upgrade cache lock doctor init schema completions man mcp workflow help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from compare" -f -a "run" -d 'Generate what the arms of a comparison lack'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from compare" -f -a "vote" -d 'Vote on blind pairs of images'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from compare" -f -a "report" -d 'Show what votes and metrics say, and write a page'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from compare" -f -a "adopt" -d 'Write an arm into the style of the manifest'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from compare" -f -a "sweep" -d 'Write arms for LoRAs at several weights into the manifest'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from palette" -f -a "list" -d 'List the built-in palettes'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from palette" -f -a "show" -d 'Show the colours of a palette'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from palette" -f -a "extract" -d 'Extract the palette of an image'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from palette" -f -a "convert" -d 'Convert a palette into the format that the extension of OUT names'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from tileset" -f -a "verify" -d 'Verify that the tiles of a sheet join; exits 3 if they do not'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from dataset" -f -a "audit" -d 'Report what a folder of images is worth as training data; exits 3 if it cannot be trained on'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from dataset" -f -a "prepare" -d 'Make canvases with captions: images enlarged by whole factors, never resampled'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from dataset" -f -a "from-project" -d 'Write the project\'s own picked sprites into a folder, with captions from their prompts'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from train" -f -a "prove" -d 'Draw and judge samples: what a run learnt, copied and changed, and which step to use; exits 3 if it fails'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from train" -f -a "adopt" -d 'Write the LoRA that a proof chose into a style'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from train" -f -a "compare" -d 'Write a comparison of the present style with the steps and strengths of a proof, to vote on'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from worker" -f -a "install" -d 'Install it with its pinned packages into an environment of its own'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from worker" -f -a "status" -d 'Show whether it is installed and runs, and its jobs'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from worker" -f -a "stop" -d 'End it; its jobs save their state'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from cache" -f -a "size" -d 'Show the size of the store'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from cache" -f -a "verify" -d 'Read every raw and quarantine damaged ones'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from cache" -f -a "gc" -d 'Remove what no lock refers to; a scope is required'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from cache" -f -a "export" -d 'Export raws into one file'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from cache" -f -a "import" -d 'Import raws from a file that `export` wrote'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from lock" -f -a "resolve" -d 'Merge the two sides of a conflict in pixels.lock'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from workflow" -f -a "list" -d 'List the built-in workflows and those of the project'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from workflow" -f -a "import" -d 'Import a graph of ComfyUI: an export, a file of the editor, or an image with the graph in it'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from workflow" -f -a "check" -d 'Check workflows against the nodes of a server, or against the recorded core nodes of ComfyUI'
complete -c dgx-pixels -n "__fish_dgx_pixels_using_subcommand help; and __fish_seen_subcommand_from workflow" -f -a "show" -d 'Print the file of a workflow'
