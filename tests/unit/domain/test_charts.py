from __future__ import annotations

from portal.domain.charts import Bar, Segment, bars, line, segments


def test_the_longest_reach_takes_the_whole_width() -> None:
    assert bars([(25, 50), (10, 5), (0, 0)]) == (
        Bar(width=50.0, reach=100.0),
        Bar(width=20.0, reach=20.0),
        Bar(width=0.0, reach=0.0),
    )


def test_bars_of_nothing_are_no_division_by_zero() -> None:
    assert bars([]) == ()
    assert bars([(0, 0)]) == (Bar(width=0.0, reach=0.0),)


def test_shares_stand_side_by_side_and_fill_the_bar() -> None:
    assert segments([("good", 3), ("okay", 0), ("bad", 1)]) == (
        Segment(key="good", x=0.0, width=75.0),
        Segment(key="bad", x=75.0, width=25.0),
    )
    assert segments([("good", 0)]) == ()


def test_a_line_goes_from_edge_to_edge_with_its_highest_value_on_top() -> None:
    drawn = line([0, 4, 2])
    assert drawn.points == "0.0,100.0 50.0,0.0 100.0,50.0"
    assert drawn.area == "0,100 0.0,100.0 50.0,0.0 100.0,50.0 100,100"
    assert drawn.top == 4


def test_a_single_day_is_a_level_line_and_none_an_empty_drawing() -> None:
    assert line([3]).points == "0.0,0.0 100.0,0.0"
    assert line([0, 0]).points == "0.0,100.0 100.0,100.0"
    assert line([]).points == ""
