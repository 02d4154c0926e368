# bash completion for containerspec, made by scripts/write-shell-files.mjs from the program's own definition.

_containerspec() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
    analyze | host | inspect | labels | match | artifact | diff | test | policy | explain | update | grid | cache | doctor) command=$word && break ;;
    esac
  done
  case $command,$prev in
  *,--color) _containerspec_words "always auto never" && return ;;
  analyze,--host) _containerspec_files && return ;;
  analyze,--host-folder) _containerspec_files -d && return ;;
  analyze,--library) COMPREPLY=() && return ;;
  analyze,--mount) _containerspec_files && return ;;
  analyze,--profile) COMPREPLY=() && return ;;
  analyze,--emit) _containerspec_words "apptainer apptainer-bind bubblewrap cdi charliecloud docker kubernetes podman sarus shifter singularity" && return ;;
  analyze,--placement) _containerspec_words "over first last" && return ;;
  analyze,--companions) _containerspec_words "none missing all" && return ;;
  analyze,--mount-folder) _containerspec_files -d && return ;;
  analyze,--platform) COMPREPLY=() && return ;;
  analyze,--ref) COMPREPLY=() && return ;;
  analyze,--layer-mode) _containerspec_words "overlay extract" && return ;;
  analyze,--ld-cache) _containerspec_words "shipped regenerated none" && return ;;
  analyze,--verify) _containerspec_words "always auto never" && return ;;
  analyze,--env) COMPREPLY=() && return ;;
  analyze,--cpu) _containerspec_words "x86-64-v1 x86-64-v2 x86-64-v3 x86-64-v4 power9 power10 power11 z13 z14 z15 z16 z17" && return ;;
  analyze,--cpuinfo) _containerspec_files && return ;;
  analyze,--consumer) COMPREPLY=() && return ;;
  analyze,--limit) COMPREPLY=() && return ;;
  analyze,--format) _containerspec_words "text json csv github github-summary gitlab html junit markdown sarif" && return ;;
  analyze,--fail-on) _containerspec_words "safe loads no-effect risky safe-with unknown unsafe never" && return ;;
  analyze,--policy) _containerspec_files && return ;;
  analyze,--baseline) _containerspec_files && return ;;
  analyze,--cache) _containerspec_files -d && return ;;
  analyze,--jobs) COMPREPLY=() && return ;;
  host,-o | host,--output) _containerspec_files && return ;;
  host,--folder) _containerspec_files -d && return ;;
  host,--platform) COMPREPLY=() && return ;;
  host,--limit) COMPREPLY=() && return ;;
  host,--cpuinfo) _containerspec_files && return ;;
  host,--machine) COMPREPLY=() && return ;;
  host,--cache) _containerspec_files -d && return ;;
  host,--format) _containerspec_words "text json" && return ;;
  inspect,--platform) COMPREPLY=() && return ;;
  inspect,--ref) COMPREPLY=() && return ;;
  inspect,--layer-mode) _containerspec_words "overlay extract" && return ;;
  inspect,--verify) _containerspec_words "always auto never" && return ;;
  inspect,--env) COMPREPLY=() && return ;;
  inspect,--limit) COMPREPLY=() && return ;;
  inspect,--cache) _containerspec_files -d && return ;;
  inspect,--program) COMPREPLY=() && return ;;
  inspect,--format) _containerspec_words "text json dot svg" && return ;;
  labels,--write) _containerspec_files && return ;;
  labels,--platform) COMPREPLY=() && return ;;
  labels,--ref) COMPREPLY=() && return ;;
  labels,--layer-mode) _containerspec_words "overlay extract" && return ;;
  labels,--verify) _containerspec_words "always auto never" && return ;;
  labels,--env) COMPREPLY=() && return ;;
  labels,--limit) COMPREPLY=() && return ;;
  labels,--cache) _containerspec_files -d && return ;;
  labels,--format) _containerspec_words "text json dockerfile flags annotations" && return ;;
  match,--host) _containerspec_files && return ;;
  match,--cpu) _containerspec_words "x86-64-v1 x86-64-v2 x86-64-v3 x86-64-v4 power9 power10 power11 z13 z14 z15 z16 z17" && return ;;
  match,--platform) COMPREPLY=() && return ;;
  match,--ref) COMPREPLY=() && return ;;
  match,--layer-mode) _containerspec_words "overlay extract" && return ;;
  match,--verify) _containerspec_words "always auto never" && return ;;
  match,--env) COMPREPLY=() && return ;;
  match,--limit) COMPREPLY=() && return ;;
  match,--cache) _containerspec_files -d && return ;;
  match,--format) _containerspec_words "text json" && return ;;
  artifact,--format) _containerspec_words "text json csv github github-summary gitlab html junit markdown sarif" && return ;;
  artifact,--layout) _containerspec_files -d && return ;;
  artifact,--platform) COMPREPLY=() && return ;;
  artifact,--ref) COMPREPLY=() && return ;;
  artifact,--layer-mode) _containerspec_words "overlay extract" && return ;;
  artifact,--verify) _containerspec_words "always auto never" && return ;;
  artifact,--env) COMPREPLY=() && return ;;
  artifact,--limit) COMPREPLY=() && return ;;
  artifact,--cache) _containerspec_files -d && return ;;
  diff,--only) COMPREPLY=() && return ;;
  diff,--platform) COMPREPLY=() && return ;;
  diff,--before-ref) COMPREPLY=() && return ;;
  diff,--after-ref) COMPREPLY=() && return ;;
  diff,--layer-mode) _containerspec_words "overlay extract" && return ;;
  diff,--verify) _containerspec_words "always auto never" && return ;;
  diff,--limit) COMPREPLY=() && return ;;
  diff,--cache) _containerspec_files -d && return ;;
  diff,--format) _containerspec_words "text json markdown" && return ;;
  test,-c | test,--config) _containerspec_files && return ;;
  test,--platform) COMPREPLY=() && return ;;
  test,--ref) COMPREPLY=() && return ;;
  test,--layer-mode) _containerspec_words "overlay extract" && return ;;
  test,--verify) _containerspec_words "always auto never" && return ;;
  test,--env) COMPREPLY=() && return ;;
  test,--limit) COMPREPLY=() && return ;;
  test,--cache) _containerspec_files -d && return ;;
  test,--format) _containerspec_words "text json junit" && return ;;
  update,--lock) _containerspec_files && return ;;
  update,--fill) COMPREPLY=() && return ;;
  update,--record) _containerspec_files && return ;;
  update,--versions) COMPREPLY=() && return ;;
  update,--tags) _containerspec_words "patch minor major" && return ;;
  update,--range) COMPREPLY=() && return ;;
  update,--ignore) COMPREPLY=() && return ;;
  update,--cool-down) COMPREPLY=() && return ;;
  update,--host) _containerspec_files && return ;;
  update,--mirror) COMPREPLY=() && return ;;
  update,--insecure) COMPREPLY=() && return ;;
  update,--verify) _containerspec_words "always auto never" && return ;;
  update,--limit) COMPREPLY=() && return ;;
  update,--cache) _containerspec_files -d && return ;;
  update,--format) _containerspec_words "text json matrix" && return ;;
  grid,--write) _containerspec_files -d && return ;;
  grid,--host) _containerspec_files && return ;;
  grid,--cpu) _containerspec_words "x86-64-v1 x86-64-v2 x86-64-v3 x86-64-v4 power9 power10 power11 z13 z14 z15 z16 z17" && return ;;
  grid,--layer-mode) _containerspec_words "overlay extract" && return ;;
  grid,--verify) _containerspec_words "always auto never" && return ;;
  grid,--limit) COMPREPLY=() && return ;;
  grid,--cache) _containerspec_files -d && return ;;
  grid,--format) _containerspec_words "text json csv github github-summary gitlab html junit markdown sarif" && return ;;
  cache,--cache) _containerspec_files -d && return ;;
  doctor,--format) _containerspec_words "text json" && return ;;
  esac
  case $command in
  "") _containerspec_words "analyze host inspect labels match artifact diff test policy explain update grid cache doctor -V --version -q --quiet -v --verbose --color -h --help" ;;
  analyze) if [[ $cur == -* ]]; then _containerspec_words "--host --host-folder --library --mount --profile --plan --emit --as-set --placement --companions --mount-folder --platform --ref --layer-mode --ld-cache --verify --env --cpu --cpuinfo --consumer --limit --format --fail-on --allow-unknown --policy --no-policy --baseline --cache --no-cache --jobs -h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_files; fi ;;
  host) if [[ $cur == -* ]]; then _containerspec_words "-o --output --folder --platform --limit --cpuinfo --machine --cache --no-cache --format -h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_files; fi ;;
  inspect) if [[ $cur == -* ]]; then _containerspec_words "--platform --ref --layer-mode --verify --env --limit --cache --no-cache --all --program --format -h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_files; fi ;;
  labels) if [[ $cur == -* ]]; then _containerspec_words "--check --write --platform --ref --layer-mode --verify --env --limit --cache --no-cache --format -h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_files; fi ;;
  match) if [[ $cur == -* ]]; then _containerspec_words "--host --cpu --platform --ref --layer-mode --verify --env --limit --cache --no-cache --format -h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_files; fi ;;
  artifact) if [[ $cur == -* ]]; then _containerspec_words "--format --layout --platform --ref --layer-mode --verify --env --limit --cache --no-cache -h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_files; fi ;;
  diff) if [[ $cur == -* ]]; then _containerspec_words "--only --full --platform --before-ref --after-ref --layer-mode --verify --limit --cache --no-cache --format -h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_files; fi ;;
  test) if [[ $cur == -* ]]; then _containerspec_words "-c --config --platform --ref --layer-mode --verify --env --limit --cache --no-cache --format -h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_files; fi ;;
  policy) if [[ $cur == -* ]]; then _containerspec_words "-h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_words "check"; fi ;;
  explain) if [[ $cur == -* ]]; then _containerspec_words "-h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_words "$(containerspec explain 2>/dev/null | cut -d ' ' -f 1)"; fi ;;
  update) if [[ $cur == -* ]]; then _containerspec_words "--check --write --diff --lock --fill --record --versions --no-digests --no-labels --no-content-labels --no-hierarchies --tags --range --ignore --cool-down --host --despite-hosts --mirror --insecure --verify --limit --cache --no-cache --format -h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_files; fi ;;
  grid) if [[ $cur == -* ]]; then _containerspec_words "--write --check --host --cpu --layer-mode --verify --limit --cache --no-cache --format -h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_files; fi ;;
  cache) if [[ $cur == -* ]]; then _containerspec_words "--cache -h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_words "clear"; fi ;;
  doctor) if [[ $cur == -* ]]; then _containerspec_words "--format -h --help -V --version -q --quiet -v --verbose --color -h --help"; else _containerspec_files; fi ;;
  esac
}

_containerspec_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_containerspec_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "${1:--f}" -- "$cur")
}

complete -F _containerspec containerspec
