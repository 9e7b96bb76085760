#include "cli/written_text.h"

#include "libcaulk/memory.h"

void written_text_begin(struct written_text *written)
{
    written->out = need_memory(open_memstream(&written->text, &written->bytes));
}

char *written_text_end(struct written_text *written)
{
    int failed = ferror(written->out);
    return need_memory(fclose(written->out) || failed ? NULL : written->text);
}
