/*
 * Starts many short processes in another root, some at a time, and tells how each ended.
 *
 *     run-tasks ROOT SECONDS ATONCE < tasks > answers
 *
 * A task is a row of words, each ended by a zero byte: the user id, the number of arguments, the arguments, the number of
 * environment variables, the variables. An answer is a line with the task's number, its exit code (or 1000 and the signal) and the
 * length of what it printed, then that text. Answers come as processes end.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_WORDS = 512, MAX_AT_ONCE = 64, MAX_TEXT = 1 << 18 };

struct process { pid_t pid; int output; long number; };

static char *input, *input_end;

static void read_input(void)
{
    size_t room = 1 << 20, length = 0;
    input = malloc(room);
    for (ssize_t got; (got = read(0, input + length, room - length)) > 0;) {
        length += (size_t) got;
        if (length == room && !(input = realloc(input, room *= 2))) err(2, "memory");
    }
    input_end = input + length;
}

static char *next_word(void)
{
    if (input >= input_end) errx(2, "a task is cut off");
    char *word = input;
    input += strlen(word) + 1;
    return word;
}

static void next_words(char **words)
{
    long count = atol(next_word());
    if (count >= MAX_WORDS) errx(2, "a task has %ld words", count);
    for (long i = 0; i < count; i++) words[i] = next_word();
    words[count] = NULL;
}

static void become(uid_t user, int nothing, int output, unsigned seconds, char **arguments, char **environment)
{
    struct rlimit no_core = { 0, 0 };
    setrlimit(RLIMIT_CORE, &no_core);
    setpgid(0, 0);
    dup2(nothing, 0);
    dup2(output, 1);
    dup2(output, 2);
    if (user && (setgroups(0, NULL) || setresgid(user, user, user) || setresuid(user, user, user))) _exit(125);
    alarm(seconds);
    execve(arguments[0], arguments, environment);
    dprintf(2, "cannot be started: %m\n");
    _exit(126);
}

static void answer(struct process *process, int status)
{
    static char text[MAX_TEXT];
    ssize_t length = pread(process->output, text, sizeof text, 0);
    if (length < 0) length = 0;
    printf("%ld %d %zd\n", process->number, WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status), length);
    fwrite(text, 1, (size_t) length, stdout);
    kill(-process->pid, SIGKILL); /* what it may have started */
    close(process->output);
    process->pid = 0;
}

int main(int count, char **words)
{
    if (count != 4) errx(2, "usage: run-tasks ROOT SECONDS ATONCE");
    int at_once = atoi(words[3]);
    if (at_once < 1 || at_once > MAX_AT_ONCE) errx(2, "ATONCE is 1 to %d", MAX_AT_ONCE);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    read_input();
    if (chroot(words[1]) || chdir("/")) err(2, "%s", words[1]);
    struct process processes[MAX_AT_ONCE] = { 0 };
    int running = 0;
    for (long number = 0; input < input_end || running > 0;) {
        if (input < input_end && running < at_once) {
            char *arguments[MAX_WORDS], *environment[MAX_WORDS];
            uid_t user = (uid_t) atol(next_word());
            next_words(arguments);
            next_words(environment);
            struct process *slot = processes;
            while (slot->pid) slot++;
            slot->number = number++;
            slot->output = memfd_create("output", MFD_CLOEXEC);
            slot->pid = fork();
            if (slot->pid < 0) err(2, "fork");
            if (slot->pid == 0) become(user, nothing, slot->output, (unsigned) atoi(words[2]), arguments, environment);
            running++;
            continue;
        }
        int status;
        pid_t ended = waitpid(-1, &status, 0);
        for (int i = 0; i < at_once; i++)
            if (ended > 0 && processes[i].pid == ended) {
                answer(&processes[i], status);
                running--;
            }
    }
    return 0;
}
