/* `caulk help`: the list of commands, or one command's own --help. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/fatal.h"

static void print_overview(void)
{
    puts("caulk finds what a running C or C++ program has lost on its heap, and why.\n"
         "\n"
         "Usage: caulk COMMAND [options] …\n"
         "       caulk DUMP              the same as caulk analyze DUMP\n");
    for (size_t i = 0; i < command_count; i++)
        printf("  %-9s %s\n", commands[i].name, commands[i].summary);
    puts("\n"
         "caulk COMMAND --help tells a command's options, caulk --version the version.\n"
         "Exit status: 0 done; 1 done, and --fail-on found some, or doctor something in the way;\n"
         "2 failure, with the reason.");
}

/* The commands for programs, as cli/option_table.h has their options. */
static void print_table(void)
{
    for (size_t i = 0; i < command_count; i++)
        printf("command\t%s\t%s\n", commands[i].name, commands[i].summary);
}

int help_run(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--table") == 0) {
        print_table();
        return EXIT_DONE;
    }
    if (argc < 2 || argv[1][0] == '-') {
        print_overview();
        return EXIT_DONE;
    }
    if (argc > 2)
        fatal(NULL, "help: one command, not also '%s'", argv[2]);
    const struct command *command = command_find(argv[1]);
    if (!command) {
        const struct command *meant = command_suggest(argv[1]);
        fatal(NULL, "help: no command '%s'%s%s%s", argv[1], meant ? ", did you mean '" : "",
              meant ? meant->name : "", meant ? "'?" : "");
    }
    if (command->run == help_run) {
        print_overview();
        return EXIT_DONE;
    }
    char *arguments[] = {argv[1], "--help", NULL};
    return command->run(2, arguments);
}
