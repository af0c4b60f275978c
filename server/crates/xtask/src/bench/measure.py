"""Runs a program and says what it cost, as one line of JSON. Arguments: the server's pid, a SQLite file to watch or "-", the program."""
import glob, json, os, resource, sqlite3, subprocess, sys, time

TICK = os.sysconf("SC_CLK_TCK")


def stat(path):
    with open(path) as file:
        return file.read().rsplit(")", 1)[1].split()


def tree(root):
    """Processor seconds of a process and of all that it started, those that ended included."""
    parents, own = {}, {}
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            words, pid = stat(path), int(path.split("/")[2])
        except (OSError, IndexError):
            continue
        parents[pid], own[pid] = int(words[1]), sum(map(int, words[11:15]))
    wanted, total = {root}, 0
    for _ in range(4):
        wanted |= {pid for pid, parent in parents.items() if parent in wanted}
    return sum(own.get(pid, 0) for pid in wanted) / TICK


def machine():
    """Processor seconds spent on this machine by anybody."""
    with open("/proc/stat") as file:
        words = list(map(int, file.readline().split()[1:9]))
    return (sum(words) - words[3] - words[4]) / TICK


def threads(pid, known):
    """Processor seconds by name of thread, as last seen."""
    for path in glob.glob(f"/proc/{pid}/task/*"):
        try:
            with open(path + "/comm") as file:
                name = file.read().strip()
            words = stat(path + "/stat")
        except (OSError, IndexError):
            continue
        known[path] = (name, (int(words[11]) + int(words[12])) / TICK)


def letters(file):
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=0.1) as store:
            return store.execute("select count(*) from (select 1 from message limit 500)").fetchone()[0]
    except sqlite3.Error:
        return 0


server, watched, program = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
before, all_before, start = tree(server), machine(), time.monotonic()
child = subprocess.Popen(program, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
seen, marks, pause = {}, {}, 0.02
while True:
    pid, status, usage = os.wait4(child.pid, os.WNOHANG)
    if pid:
        break
    if watched != "-" and 500 not in marks:
        count = letters(watched)
        for mark in (50, 500):
            if count >= mark:
                marks.setdefault(mark, time.monotonic() - start)
    threads(child.pid, seen)
    time.sleep(pause)
wall, cpu = time.monotonic() - start, usage.ru_utime + usage.ru_stime
by_name = {}
for name, seconds in seen.values():
    by_name[name] = by_name.get(name, 0) + seconds
served = tree(server) - before
print(json.dumps({
    "status": status, "wall": wall, "cpu": cpu, "memory": usage.ru_maxrss / 1000, "server": served,
    "others": max(0.0, machine() - all_before - cpu - served), "first": [marks.get(50, 0.0), marks.get(500, 0.0)],
    "threads": sorted(by_name.items(), key=lambda one: -one[1]),
}))
