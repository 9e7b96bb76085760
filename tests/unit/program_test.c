/* Programs that can be tracked and such that can't, written byte by byte into a folder. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libcaulk/program.h"

static char folder[] = "/tmp/caulk-program-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static const char *write_file(const char *name, const void *bytes, size_t count, mode_t mode)
{
    const char *path = in_folder(name);
    unlink(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static const char *write_text(const char *name, const char *text)
{
    return write_file(name, text, strlen(text), 0755);
}

/* ---- the smallest ELF file with a loader's name and one symbol ---- */

struct image {
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    Elf64_Shdr sections[3]; /* none, symbols, names */
    Elf64_Sym symbols[2];
    char names[16];
    char loader[32];
};

static struct image image(const char *loader)
{
    struct image image = {
        .header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
                               EV_CURRENT},
                   .e_type = ET_DYN,
                   .e_machine = EM_X86_64,
                   .e_version = EV_CURRENT,
                   .e_phoff = offsetof(struct image, segment),
                   .e_shoff = offsetof(struct image, sections),
                   .e_ehsize = sizeof(Elf64_Ehdr),
                   .e_phentsize = sizeof(Elf64_Phdr),
                   .e_phnum = 1,
                   .e_shentsize = sizeof(Elf64_Shdr),
                   .e_shnum = 3,
                   .e_shstrndx = 2},
        .segment = {.p_type = loader ? PT_INTERP : PT_NULL,
                    .p_offset = offsetof(struct image, loader),
                    .p_filesz = loader ? strlen(loader) + 1 : 0},
        .sections = {[1] = {.sh_type = SHT_SYMTAB,
                            .sh_offset = offsetof(struct image, symbols),
                            .sh_size = 2 * sizeof(Elf64_Sym),
                            .sh_link = 2,
                            .sh_entsize = sizeof(Elf64_Sym)},
                     [2] = {.sh_type = SHT_STRTAB,
                            .sh_offset = offsetof(struct image, names),
                            .sh_size = sizeof(image.names)}},
        .symbols = {[1] = {.st_name = 1,
                           .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                           .st_shndx = SHN_UNDEF}},
        .names = "\0malloc",
    };
    strcpy(image.loader, loader ? loader : "");
    return image;
}

#define GLIBC_LOADER "/lib64/ld-linux-x86-64.so.2"

static void expect(const char *path, const char *wanted)
{
    struct error err = {0};
    bool trackable = program_check(path, &err);
    assert_int_equal(trackable, !wanted);
    if (wanted) {
        assert_non_null(strstr(err.message, wanted));
        assert_ptr_equal(strstr(err.message, wanted), err.message);
    }
}

static void expect_image(const struct image *image, mode_t mode, const char *wanted)
{
    expect(write_file("program", image, sizeof(*image), mode), wanted);
}

static void an_ordinary_program_can_be_tracked(void **state)
{
    (void)state;
    struct image plain = image(GLIBC_LOADER);
    expect_image(&plain, 0755, NULL);
    expect("/bin/sh", NULL);
}

static void without_a_loader_it_is_static(void **state)
{
    (void)state;
    struct image program = image(NULL);
    expect_image(&program, 0755, "static: ");
    program.header.e_type = ET_EXEC;
    expect_image(&program, 0755, "static: ");
}

static void other_machines_and_loaders_are_another_architecture(void **state)
{
    (void)state;
    struct image program = image("/lib/ld-musl-x86_64.so.1");
    expect_image(&program, 0755, "architecture: ");
    program = image(GLIBC_LOADER);
    program.header.e_machine = EM_AARCH64;
    expect_image(&program, 0755, "architecture: ");
    program.header.e_machine = EM_X86_64;
    program.header.e_type = ET_REL;
    expect_image(&program, 0755, "architecture: ");
}

static void a_malloc_inside_is_an_allocator(void **state)
{
    (void)state;
    struct image program = image(GLIBC_LOADER);
    program.symbols[1].st_shndx = 1;
    expect_image(&program, 0755, "allocator: ");
    program.symbols[1].st_info = ELF64_ST_INFO(STB_LOCAL, STT_FUNC);
    expect_image(&program, 0755, NULL);
}

static void another_users_set_uid_program_is_secure(void **state)
{
    (void)state;
    struct image program = image(GLIBC_LOADER);
    const char *path = write_file("program", &program, sizeof(program), 0755);
    if (chown(path, getuid() + 1, (gid_t)-1))
        skip();
    assert_int_equal(chmod(path, 04755), 0);
    expect(path, "secure: ");
}

static void ones_own_set_uid_program_is_not(void **state)
{
    (void)state;
    struct image program = image(GLIBC_LOADER);
    expect_image(&program, 04755, NULL);
}

static void scripts_are_followed_to_their_interpreter(void **state)
{
    (void)state;
    struct image program = image(NULL);
    char line[300];
    write_file("interpreter", &program, sizeof(program), 0755);
    snprintf(line, sizeof(line), "#! %s -x\nexit\n", in_folder("interpreter"));
    expect(write_text("script", line), "static: ");
    snprintf(line, sizeof(line), "#!%s\n", in_folder("script"));
    expect(write_text("script2", line), "static: ");
    expect(write_text("script", "#!/bin/sh\n"), NULL);
    expect(write_text("script", "echo no first line\n"), NULL);
    expect(write_text("script", "#!/nowhere/sh\n"), "No such file");
    expect(write_text("script", "#!"), "No such file");
}

static void a_script_that_runs_itself_ends(void **state)
{
    (void)state;
    char line[300];
    snprintf(line, sizeof(line), "#!%s\n", in_folder("endless"));
    expect(write_text("endless", line), "its interpreters are scripts");
}

/* Whatever part of the file is left or turned around: an answer, and no crash. */
static void damaged_files_are_answered(void **state)
{
    (void)state;
    struct image whole = image(GLIBC_LOADER);
    struct error err;
    for (size_t bytes = 0; bytes < sizeof(whole); bytes++)
        program_check(write_file("program", &whole, bytes, 0755), &err);
    for (size_t at = 4; at < sizeof(whole); at++) {
        struct image flipped = whole;
        ((unsigned char *)&flipped)[at] ^= 0xff;
        program_check(write_file("program", &flipped, sizeof(flipped), 0755), &err);
    }
}

/* ---- finding ---- */

static void expect_found(const char *name, const char *search_path, const char *wanted)
{
    char path[PATH_MAX] = "";
    struct error err;
    assert_int_equal(program_find(name, search_path, path, &err), wanted != NULL);
    if (wanted)
        assert_string_equal(path, wanted);
}

static void programs_are_found_as_by_execvp(void **state)
{
    (void)state;
    char found[PATH_MAX], list[PATH_MAX];
    write_text("tool", "#!/bin/sh\n");
    strcpy(found, in_folder("tool"));
    snprintf(list, sizeof(list), "/nowhere:%s:/bin", folder);
    expect_found("tool", list, found);
    expect_found(found, "/nowhere", found);
    expect_found("no-such-tool", list, NULL);
    expect_found("sh", NULL, "/bin/sh");
    expect_found(folder, list, NULL);
    chmod(found, 0644);
    expect_found("tool", list, NULL);
    chmod(found, 0755);

    assert_int_equal(chdir(folder), 0);
    expect_found("tool", "", "./tool");
    expect_found("tool", ":/bin", "./tool");
    expect_found("tool", "/bin:", "./tool");
    assert_int_equal(chdir("/"), 0);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"program", "interpreter", "script",
                                        "script2", "endless",     "tool"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        unlink(in_folder(names[i]));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_program_can_be_tracked),
        cmocka_unit_test(without_a_loader_it_is_static),
        cmocka_unit_test(other_machines_and_loaders_are_another_architecture),
        cmocka_unit_test(a_malloc_inside_is_an_allocator),
        cmocka_unit_test(another_users_set_uid_program_is_secure),
        cmocka_unit_test(ones_own_set_uid_program_is_not),
        cmocka_unit_test(scripts_are_followed_to_their_interpreter),
        cmocka_unit_test(a_script_that_runs_itself_ends),
        cmocka_unit_test(damaged_files_are_answered),
        cmocka_unit_test(programs_are_found_as_by_execvp),
    };
    return cmocka_run_group_tests_name("program", tests, make_folder, remove_folder);
}
