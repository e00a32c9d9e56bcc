/* Lets the disk fail as a test says, for files whose path holds DRILL_FAULTY_PATH (D4, D5).

   Loaded with LD_PRELOAD. The file DRILL_FAULTS holds one word, of which is failing, and a
   number, of the error: "write 28" is a full disk. While it is empty or away, nothing fails. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int file, const char *what)
{
    char link[64], path[4096], said[64] = "", word[32] = "";
    int error = 0;
    const char *faults = getenv("DRILL_FAULTS"), *where = getenv("DRILL_FAULTY_PATH");
    if (!faults || !where)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    if (!strstr(path, where))
        return 0;
    int opened = open(faults, O_RDONLY);
    if (opened < 0)
        return 0;
    if (read(opened, said, sizeof said - 1) > 0 && sscanf(said, "%31s %d", word, &error) == 2
        && !strcmp(word, what)) {
        close(opened);
        errno = error;
        return 1;
    }
    close(opened);
    return 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *from, size_t count)
{
    return fails(file, "write") ? -1 : REAL(write)(file, from, count);
}

ssize_t pwrite(int file, const void *from, size_t count, off_t at)
{
    return fails(file, "write") ? -1 : REAL(pwrite)(file, from, count, at);
}

ssize_t pwrite64(int file, const void *from, size_t count, off64_t at)
{
    return fails(file, "write") ? -1 : REAL(pwrite64)(file, from, count, at);
}

int fsync(int file)
{
    return fails(file, "sync") ? -1 : REAL(fsync)(file);
}

int fdatasync(int file)
{
    return fails(file, "sync") ? -1 : REAL(fdatasync)(file);
}
