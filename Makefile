PYTHON := /usr/bin/python3
PLUGINS := $(HOME)/.local/share/QGIS/QGIS3/profiles/default/python/plugins
TOOLS := build/venv/bin
TOOLS_READY := build/venv/ready
READERS := build/readers/bin
READERS_READY := build/readers/ready
CLUSTER := build/cluster/bin
CLUSTER_READY := build/cluster/ready
QT6_READY := build/qt6/ready
PEERS := build/peers/bin
PEERS_READY := build/peers/ready
PIP := $(TOOLS)/pip install --quiet --disable-pip-version-check
SOURCES := __init__.py plugin.py algorithms core

# What Python compiles, for itself and for every QGIS that is started, is kept apart from the clone.
COMPILED := PYTHONPYCACHEPREFIX="$(CURDIR)/build/compiled" PYTHONDONTWRITEBYTECODE=

# The clone may have any name: seen through build/chipwright it is the package chipwright.
RUN := cd build && PYTHONPATH="$(CURDIR)/build" $(COMPILED) QT_QPA_PLATFORM=offscreen

# By files: what a file prepares for its tests is prepared once.
SHARED := -n 2 --dist loadfile --doctest-modules

# Pictures of windows are as users see them on a screen; without one, fonts are larger.
SCREEN := $(if $(shell command -v xvfb-run),QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 2200x2200x24")

.DEFAULT_GOAL := help
.PHONY: help demo docs dialog test test-qgis check bench bench-scaling bench-peers soak lint types security format translations package install clean packages

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: packages build/chipwright  ## Cut a small made-up scene through QGIS and draw the chips
	$(RUN) $(PYTHON) -m chipwright.tests.demo

docs: packages build/chipwright  ## Make the examples and pictures of docs/formats.md anew
	$(RUN) $(PYTHON) -m chipwright.tests.docs

dialog: packages build/chipwright  ## Take pictures of the dialog: build/dialog
	$(RUN) $(SCREEN) $(PYTHON) -m chipwright.tests.dialog

test: packages build/chipwright $(READERS_READY) $(CLUSTER_READY) $(QT6_READY)  ## Run the tests
	$(RUN) ../.ci/in-memory $(PYTHON) -m pytest $(SHARED) chipwright/core chipwright/tests

check: test lint types security  ## Run the tests, the linter, the type checker, the security scan

test-qgis:  ## Run the tests on another QGIS; SUITE=bookworm (3.22), trixie (3.40), trixie-backports (3.44)
	.ci/qgis-chroot "$(SUITE)" python3 -m pytest -n 2 --doctest-modules -p no:cacheprovider \
		chipwright/core chipwright/tests $(OPTIONS)

bench: packages build/chipwright  ## Measure the speed against its bars; OPTIONS="--help" lists options
	$(RUN) $(PYTHON) -m chipwright.tests.bench $(OPTIONS)

bench-scaling: packages build/chipwright  ## Measure whether cost and memory stay the same as all grows
	$(RUN) $(PYTHON) -m chipwright.tests.bench.scaling $(OPTIONS)

bench-peers: packages build/chipwright $(PEERS_READY)  ## Measure the speed against that of other tools
	$(RUN) $(PYTHON) -m chipwright.tests.bench.peers --venv peers $(OPTIONS)

soak: packages build/chipwright  ## Ask for random datasets for an hour, and check each; OPTIONS="--help" lists options
	$(RUN) $(PYTHON) -m chipwright.tests.soak $(if $(SAMPLES),--samples "$(abspath $(SAMPLES))") $(OPTIONS)

lint: $(TOOLS_READY)  ## Look for mistakes and untidy code
	$(TOOLS)/ruff check .
	$(TOOLS)/ruff format --check .

types: $(TOOLS_READY) build/chipwright  ## Check the types
	$(RUN) venv/bin/mypy --config-file chipwright/pyproject.toml -p chipwright.core -p chipwright.algorithms \
		-p chipwright.tests.scenes -p chipwright.tests.demo -p chipwright.tests.dialog -p chipwright.tests.docs \
		-p chipwright.tests.bench -p chipwright.tests.soak -p chipwright.tests.translations

security: $(TOOLS_READY) package  ## Run the scans of plugins.qgis.org on the zip
	$(TOOLS)/bandit -q -c pyproject.toml -r $(SOURCES)
	.ci/scan build/chipwright.zip $(TOOLS)

format: $(TOOLS_READY)  ## Tidy the code
	$(TOOLS)/ruff check --fix .
	$(TOOLS)/ruff format .

translations: build/chipwright  ## Bring resources/i18n up to date with the texts in the code
	$(RUN) $(PYTHON) -m chipwright.tests.translations

package: packages  ## Zip the last commit for QGIS: build/chipwright.zip
	@.ci/package build/chipwright.zip

install:  ## Link this folder into your own QGIS profile
	mkdir -p "$(PLUGINS)"
	ln -sfn "$(CURDIR)" "$(PLUGINS)/chipwright"

clean:  ## Remove everything that was made here
	rm -rf build

packages:
	@.ci/install-packages

build/chipwright:
	mkdir -p build
	ln -sfn .. $@

# Of numpy, mypy reads the types as Python 3.9 has them; nothing imports that copy.
$(TOOLS_READY): .ci/tools.txt | packages
	$(PYTHON) -m venv --clear --system-site-packages build/venv
	$(PIP) --requirement .ci/tools.txt
	$(PIP) --no-deps --only-binary :all: --python-version 3.9 --target build/venv/lib/python3*/site-packages numpy==2.0.2
	touch $@

# Without the readers the tests go on, and those that need them are skipped.
$(READERS_READY): .ci/readers.txt | packages
	@mkdir -p build
	@{ $(PYTHON) -m venv --clear build/readers \
		&& $(READERS)/pip install --disable-pip-version-check --retries 1 --timeout 20 \
			--no-deps --only-binary :all: --requirement .ci/readers.txt \
		&& touch $@; } >build/readers.log 2>&1 \
		|| echo "The readers of tests/readers could not be installed, their tests are skipped: see build/readers.log"

# Likewise without Dask.
$(CLUSTER_READY): .ci/cluster.txt | packages
	@mkdir -p build
	@{ $(PYTHON) -m venv --clear build/cluster \
		&& $(CLUSTER)/pip install --disable-pip-version-check --retries 1 --timeout 20 \
			--no-deps --only-binary :all: --requirement .ci/cluster.txt \
		&& touch $@; } >build/cluster.log 2>&1 \
		|| echo "Dask could not be installed, the tests of the cluster are skipped: see build/cluster.log"

# Likewise without Qt 6, in which only names are looked up.
$(QT6_READY): .ci/qt6.txt $(TOOLS_READY)
	@mkdir -p build
	@{ rm -rf build/qt6 \
		&& $(TOOLS)/pip install --disable-pip-version-check --retries 1 --timeout 20 \
			--no-deps --only-binary :all: --target build/qt6 --requirement .ci/qt6.txt \
		&& touch $@; } >build/qt6.log 2>&1 \
		|| echo "PyQt6 could not be installed, the test of its names is skipped: see build/qt6.log"

# Peers that cannot be had are named in the table. What geoai-py asks for is more than cutting takes.
$(PEERS_READY): .ci/peers.txt | packages
	@mkdir -p build
	$(PYTHON) -m venv --clear build/peers
	-$(PEERS)/pip install --quiet --disable-pip-version-check --only-binary :all: --requirement .ci/peers.txt
	-$(PEERS)/pip install --quiet --disable-pip-version-check --only-binary :all: --no-deps geoai-py==0.40.1
	touch $@
