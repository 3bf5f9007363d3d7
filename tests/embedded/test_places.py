"""Where the servers keep their things."""

import os

import pytest

from upstage_console.embedded.places import FALLBACK, LONGEST_SOCKET_FOLDER, find_place


def test_place_is_inside_the_data_folder(empty):
    assert empty.root == empty.data / "servers"
    assert empty.broker_url == f"redis+socket://{empty.data}/servers/sockets/valkey.sock?virtual_host=0"


def test_sockets_move_to_a_short_path_when_the_folder_is_deep(empty):
    deep = find_place(empty.data / ("d" * 100))

    assert len(str(deep.sockets)) <= LONGEST_SOCKET_FOLDER
    assert deep.sockets == find_place(empty.data / ("d" * 100)).sockets


@pytest.mark.skipif(os.getuid() != 0, reason="only root hands the servers to another user")
def test_root_under_a_closed_folder_keeps_the_data_where_the_servers_reach_it(empty):
    closed = empty.data / "closed"
    closed.mkdir(mode=0o700)

    assert find_place(closed / ".data").root.parent == FALLBACK


def test_place_chosen_once_stays(empty, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (empty.data / "servers").symlink_to(elsewhere)

    assert find_place(empty.data).root == elsewhere
