"""Members of staff at work: each opens a client's history every few seconds and reads it to its last octet. Says how long that took, for the
pages opened while a collection ran and for those opened at rest, as one line of JSON.
Arguments: address of the server, metrics token, people, seconds between two pages of one of them, seconds at rest, numbers of the clients."""
import http.client, json, random, re, sys, threading, time, urllib.parse

address, token, people, pause, rest, clients = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]), sys.argv[6].split(",")
PATIENCE = 1800
running, over = threading.Event(), threading.Event()
times, shown, problems, lock = {"running": [], "rest": []}, [], [], threading.Lock()


def sign_in(number):
    line = http.client.HTTPConnection(address, timeout=60)
    line.request("GET", "/sign-in")
    page = line.getresponse().read().decode()
    form = next(form for form in re.findall(r"<form.*?</form>", page, re.S) if 'type="password"' in form)
    action = re.search(r'action="([^"]*)"', form).group(1)
    fields = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', form))
    fields |= {"email": f"staff{number}@office.example", "password": "a pass phrase for benches"}
    heads = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{address}", "Accept": "text/html"}
    line.request("POST", action, urllib.parse.urlencode(fields), heads)
    answer = line.getresponse()
    answer.read()
    cookies = [head.split(";")[0] for name, head in answer.getheaders() if name.lower() == "set-cookie"]
    if not cookies:
        raise RuntimeError(f"signing in was answered with {answer.status}")
    return line, "; ".join(cookies)


def work(number, line, cookie):
    dice = random.Random(number)
    due = time.monotonic() + dice.random() * pause
    while not over.wait(max(0.0, due - time.monotonic())):
        # A fifth of the time the client with the most letters.
        client = clients[0] if dice.random() < 0.2 else dice.choice(clients)
        phase, start = "running" if running.is_set() else "rest", time.monotonic()
        line.request("GET", f"/clients/{client}", headers={"Cookie": cookie, "Accept": "text/html"})
        answer = line.getresponse()
        letters = len(set(re.findall(rb'href="(/messages/[0-9]+)', answer.read())))
        took = time.monotonic() - start
        with lock:
            if answer.status == 200 and letters:
                times[phase].append(took * 1000)
                shown.append(letters)
            else:
                problems.append(f"{answer.status} with {letters} letters for client {client}")
        due += pause


def metrics(line):
    line.request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
    text = line.getresponse().read().decode()
    return lambda name, words="": sum(map(float, re.findall(rf"^postroom_{name}(?:\{{.*{words}.*\}})? (\S+)", text, re.M)))


def figures(list):
    list = sorted(list)
    at = lambda share: list[min(len(list) - 1, round((len(list) - 1) * share))] if list else None
    return {"pages": len(list), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "most": at(1)}


monitor = http.client.HTTPConnection(address, timeout=60)
doors = [sign_in(number) for number in range(people)]
staff = [threading.Thread(target=work, args=(number, *door), daemon=True) for number, door in enumerate(doors)]
for one in staff:
    one.start()
start, ended, memory, filed = time.monotonic(), None, 0.0, 0.0
while time.monotonic() - start < PATIENCE and not (ended and time.monotonic() - ended > rest):
    now = metrics(monitor)
    memory, filed = max(memory, now("resident_memory_bytes")), now("letters_filed_total")
    if now("collections_running") >= 1:
        running.set()
    elif running.is_set() and now("queue_length", 'queue="index"') == 0:
        # The index follows the import: the work is over when that is done as well.
        running.clear()
        ended = time.monotonic()
    time.sleep(0.5)
over.set()
print(json.dumps({
    "import_s": (ended or time.monotonic()) - start, "filed": filed, "memory": memory / 1e6, "letters": sum(shown) / max(1, len(shown)), "problems": problems[:5],
    "running": figures(times["running"]), "rest": figures(times["rest"]),
}))
