"""Lab 3: programs run, names are found cheaply, text stays one set of frames."""

from labs import check


@check(points=8, title="each name is found by its hash, and no other")
def test_lookup(host):
    host.run("host_lookup", "lookup_")


@check(points=8, title="names of equal or nearly equal hash are told apart")
def test_collision(host):
    host.run("host_lookup", "collision_")


@check(points=8, title="the first definition that counts wins")
def test_order(host):
    host.run("host_lookup", "order_")


@check(points=8, title="a look-up reads the filter, one bucket and about one name")
def test_cost(host):
    host.run("host_lookup", "cost_")


@check(points=12, title="each kind of relocation writes its word and no other")
def test_relocation(host):
    host.run("host_relocate", "relocation_")


@check(points=8, title="undefined symbols: weak ones are 0, others end the program")
def test_undefined(host):
    host.run("host_relocate", "undefined_")


@check(points=12, title="programs run: calls, addresses of functions and data")
def test_runs(guest):
    guest.run("lab-runs-static", "functions", timeout=15).passed()


@check(points=6, title="programs run: a variable of libc.so is one for all")
def test_variables(guest):
    guest.run("lab-runs-static", "variables", timeout=15).passed()


@check(points=4, title="programs run: weak symbols")
def test_weak(guest):
    guest.run("lab-runs-static", "weak", timeout=15).passed()


@check(points=4, title="programs run: the shell and demo-linking")
def test_commands(guest):
    guest.run("lab-runs-static", "commands", timeout=15).passed()


@check(points=8, title="text and constants are the file's frames, one for all")
def test_text(guest):
    guest.run("lab-frames-static", "text", timeout=15).passed()


@check(points=8, title="of the data, only pages with relocations are private")
def test_data(guest):
    guest.run("lab-frames-static", "data", timeout=15).passed()


@check(points=6, title="what is constant after relocation cannot be written")
def test_relro(guest):
    guest.run("lab-frames-static", "relro", timeout=15).passed()
