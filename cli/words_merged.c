/* Of how many processes, hosts and programs a merged dump is. */
#include <stdlib.h>
#include <string.h>

#include "cli/fatal.h"
#include "cli/text.h"
#include "cli/words.h"
#include "libcaulk/dump_merge.h"

uint32_t words_host_count(const struct dump *dump)
{
    uint32_t hosts;
    if (!dump_merge_hosts(&dump->merged, &hosts))
        fatal(dump->path, "out of memory for the hosts");
    return hosts;
}

struct phrase words_merged(const struct dump *dump)
{
    uint32_t processes = dump->merged.process_count;
    return words_format("%s %s on %s", text_count(processes).s,
                        processes == 1 ? "process" : "processes",
                        text_counted(words_host_count(dump), "host").s);
}

bool words_is_of_one_program(const struct dump *dump)
{
    for (uint32_t i = 1; i < dump->merged.process_count; i++)
        if (strcmp(dump->merged.process[0].program, dump->merged.process[i].program) != 0)
            return false;
    return true;
}
