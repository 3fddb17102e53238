"""Run the commands of the project's pages as they are written, on a fresh clone: `make docs`.

`blocks` reads pages; `__main__` runs them.

What stands in an HTML comment right above a block of commands says how it is run:

    <!-- run: exit 2 -->                    each command of the block ends with code 2 instead of 0
    <!-- run: `make check` exit 2 -->       only this command of it
    <!-- run: stack staging -->             in the shell of a team's stack: with its own state, passphrase and database
    <!-- before: COMMANDS -->               run these first, which readers have done already, or know to do
    <!-- input: `read x` TEXT -->           what this command is answered when it asks
    <!-- not run: WHY -->                   the block is not run, and the run's report says so
    <!-- not run: `make test` WHY -->       only this command of it

Commands run in the clone's folder, in one session for each page and stack. A block of `text` right below commands, and
what a block of `console` shows below its commands, is what they must have said: the same lines in the same order,
perhaps with others between them; `...` stands for anything. `<!-- output: page -->` above a block of `text` says that a
command of the page said it.

In place of `'postgresql://...'`, or an address with a placeholder such as `<ref>`, the database of the shell's stack is
put. Another placeholder in a command that is not left out is an error.
"""
