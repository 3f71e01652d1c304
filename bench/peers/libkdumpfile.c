/*
 * What libkdumpfile takes for the jobs of this folder, through its C API. Prints one line of JSON.
 *   libkdumpfile pages DUMP < ranges       reads every page of these "start end" physical ranges (decimal)
 *   libkdumpfile random DUMP < addresses   reads 8 bytes at these kernel virtual addresses (decimal)
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <libkdumpfile/kdumpfile.h>

static double now(clockid_t clock)
{
	struct timespec time;
	clock_gettime(clock, &time);
	return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	int descriptor = open(argv[2], O_RDONLY);
	kdump_ctx_t *dump = kdump_new();
	int is_random = !strcmp(argv[1], "random");
	unsigned long long *numbers = NULL;
	size_t numbers_count = 0, room = 0;
	for (;;) {
		if (numbers_count + 2 > room)
			numbers = realloc(numbers, (room = 2 * room + 1024) * sizeof *numbers);
		if (scanf("%llu", &numbers[numbers_count]) != 1)
			break;
		numbers_count++;
	}

	if (descriptor < 0 || kdump_open_fd(dump, descriptor) != KDUMP_OK) {
		fprintf(stderr, "%s\n", kdump_get_err(dump));
		return 1;
	}
	if (is_random && kdump_set_string_attr(dump, KDUMP_ATTR_OSTYPE, "linux") != KDUMP_OK) {
		fprintf(stderr, "%s\n", kdump_get_err(dump));
		return 1;
	}
	double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
	static unsigned char page[65536];
	size_t page_size = 4096;
	unsigned long long count = 0, sum = 0;
	if (is_random) {
		/* The first round warms caches, as ours does. */
		for (int round = 0; round < 2; round++) {
			count = 0;
			wall = now(CLOCK_MONOTONIC);
			cpu = now(CLOCK_PROCESS_CPUTIME_ID);
			for (size_t index = 0; index < numbers_count; index++) {
				size_t length = 8;
				if (kdump_read(dump, KDUMP_KVADDR, numbers[index], page, &length) == KDUMP_OK) {
					count++;
					sum += page[0];
				}
			}
		}
	} else {
		for (size_t index = 0; index + 1 < numbers_count; index += 2) {
			for (unsigned long long at = numbers[index]; at < numbers[index + 1]; at += page_size) {
				size_t length = page_size;
				if (kdump_read(dump, KDUMP_MACHPHYSADDR, at, page, &length) == KDUMP_OK) {
					count++;
					sum += page[0];
				}
			}
		}
	}
	printf("{\"milliseconds\":%.3f,\"cpuMilliseconds\":%.3f,\"count\":%llu,\"bytes\":%llu,\"sum\":%llu}\n",
	       now(CLOCK_MONOTONIC) - wall, now(CLOCK_PROCESS_CPUTIME_ID) - cpu, count, is_random ? count * 8 : count * page_size, sum);
	return 0;
}
