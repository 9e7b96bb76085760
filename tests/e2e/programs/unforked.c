/*
 * Keeps memory from its forked children as V8 does: three blocks hang on pages with MADV_DONTFORK,
 * one of them moved, beside a page that was taken back by MADV_DOFORK and one that was mapped over.
 * Two more hang on pages that children find wiped (MADV_WIPEONFORK), as BoringSSL's random
 * generator does, and that were taken back by MADV_KEEPONFORK. After the gate a child looks what it
 * has of them: the exit status is 0 where that is right.
 */
#include <sys/mman.h>
#include <sys/wait.h>

#include "tests/e2e/programs/gate.h"

#define PAGE 4096

enum { KEPT, MOVED, GIVEN, OVERWRITTEN, WIPED, UNWIPED, PAGES };

static char *pages[PAGES];

static void hang_block_on(char *page)
{
    char **head = (char **)page;

    *head = malloc(1000);
    if (!*head)
        _exit(98);
}

static char *map_advised(int advice)
{
    char *page = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED || madvise(page, 3 * PAGE, advice) != 0)
        _exit(97);
    return page + PAGE;
}

static int is_mapped(char *page)
{
    unsigned char resident;

    return mincore(page, PAGE, &resident) == 0;
}

static int is_wiped(char *page)
{
    return *(char **)page == NULL;
}

static int child_lacks_what_is_kept(void)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        _exit(is_mapped(pages[KEPT]) || is_mapped(pages[MOVED]) || !is_mapped(pages[GIVEN]) ||
              !is_mapped(pages[OVERWRITTEN]) || !is_wiped(pages[WIPED]) ||
              is_wiped(pages[UNWIPED]));
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int main(void)
{
    for (int i = 0; i < PAGES; i++)
        pages[i] = map_advised(i >= WIPED ? MADV_WIPEONFORK : MADV_DONTFORK);
    pages[MOVED] = mremap(pages[MOVED], PAGE, 64 * PAGE, MREMAP_MAYMOVE);
    madvise(pages[GIVEN], PAGE, MADV_DOFORK);
    madvise(pages[UNWIPED], PAGE, MADV_KEEPONFORK);
    if (mmap(pages[OVERWRITTEN], PAGE, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != pages[OVERWRITTEN])
        return 2;
    for (int i = 0; i < PAGES; i++)
        hang_block_on(pages[i]);
    lose_block(64);
    gate();
    return child_lacks_what_is_kept() ? 0 : 1;
}
