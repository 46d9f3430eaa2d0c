# The daily words. `just` alone lists them; CI runs ./check, which is `just check`.

_words:
    @{{ just_executable() }} --list --unsorted

# the server with the demonstration, at http://127.0.0.1:8000
demo *options:
    cargo run -- demo {{ options }}

# the server on a data folder of its own
dev *options:
    cargo run -- serve --data-dir data {{ options }}

# everything that must be good before a change is good, or one step of it
check *step:
    ./check {{ step }}

# the Rust tests, or those that match
test *filters:
    ./check test {{ filters }}

# the measurements, optimised
bench *options:
    cargo run --profile ci --package bench -- {{ options }}

# openapi/ made anew from the code
openapi:
    cargo xtask openapi
