/*
 * One thread opens and closes a library again and again, one throws and catches, one starts
 * programs in every way libc has, with the environment and without, while the test asks for dumps.
 *
 *   busy_runtime LIBRARY
 */
#include <dlfcn.h>
#include <pthread.h>
#include <spawn.h>
#include <stdexcept>
#include <stdio.h>
#include <string>
#include <sys/wait.h>

extern "C" {
#include "tests/e2e/programs/gate.h"
}

static volatile bool stop;
static const char *library;

static void require(bool holds, int status)
{
    if (!holds)
        _exit(status);
}

static void *open_and_close(void *unused)
{
    while (!stop) {
        void *handle = dlopen(library, RTLD_NOW);

        require(handle && dlclose(handle) == 0, 91);
    }
    return unused;
}

static void throw_at(int depth)
{
    std::string held(100, 'x');

    if (depth == 0)
        throw std::runtime_error(held);
    throw_at(depth - 1);
}

static void *throw_and_catch(void *unused)
{
    while (!stop) {
        bool caught = false;

        try {
            throw_at(20);
        } catch (const std::runtime_error &error) {
            caught = std::string(error.what()).size() == 100;
        }
        require(caught, 92);
    }
    return unused;
}

static void spawn_true(char *const *environment)
{
    char name[] = "true";
    char *const arguments[] = {name, nullptr};
    int status = -1;
    pid_t child;

    require(posix_spawn(&child, "/bin/true", nullptr, nullptr, arguments, environment) == 0, 93);
    require(waitpid(child, &status, 0) == child && status == 0, 94);
}

static void *start_programs(void *unused)
{
    char *const empty[] = {nullptr};

    while (!stop) {
        spawn_true(environ);
        spawn_true(empty);
        require(system("exit 3") == 3 << 8, 95);
        FILE *pipe = popen("echo said", "r");
        char line[16] = "";
        require(pipe && fgets(line, sizeof(line), pipe) && pclose(pipe) == 0, 96);
        require(std::string(line) == "said\n", 97);
        pid_t child = vfork();
        if (child == 0) {
            execl("/bin/true", "true", nullptr);
            _exit(1);
        }
        int status = -1;
        require(waitpid(child, &status, 0) == child && status == 0, 90);
    }
    return unused;
}

int main(int argc, char **argv)
{
    static void *(*const works[])(void *) = {open_and_close, throw_and_catch, start_programs};
    pthread_t threads[3];

    library = argc > 1 ? argv[1] : "";
    for (int i = 0; i < 3; i++)
        require(pthread_create(&threads[i], nullptr, works[i], nullptr) == 0, 89);
    gate();
    stop = true;
    for (pthread_t thread : threads)
        pthread_join(thread, nullptr);
    require(waitpid(-1, nullptr, WNOHANG) == -1, 88);
    return 0;
}
