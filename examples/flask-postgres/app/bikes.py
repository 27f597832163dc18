"""Bicycles that the town lends: which are there, and who has booked one."""

import os

import psycopg2
import psycopg2.extras
from flask import Flask, abort, jsonify, request

app = Flask(__name__)
_connection = None


def query(sql, values=()):
    """One connection a worker: opening one for each request was slow."""
    global _connection
    if _connection is None:
        _connection = psycopg2.connect(os.environ["DATABASE_URL"])
        _connection.autocommit = True
    with _connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@app.get("/healthz")
def healthz():
    return "ok\n"


@app.get("/")
def home():
    rows = query("SELECT name, station FROM bikes ORDER BY id")
    items = "".join(f"<li>{row['name']} ({row['station']})</li>" for row in rows)
    return f"<!doctype html><title>Town bikes</title><h1>Town bikes</h1><ul>{items}</ul>"


@app.get("/api/bikes")
def bikes():
    return jsonify(
        query(
            "SELECT b.id, b.name, b.station, count(k.id) AS bookings"
            " FROM bikes b LEFT JOIN bookings k ON k.bike_id = b.id GROUP BY b.id ORDER BY b.id"
        )
    )


@app.get("/api/bikes/<int:bike_id>")
def bike(bike_id):
    rows = query("SELECT id, name, station FROM bikes WHERE id = %s", (bike_id,))
    return jsonify(rows[0]) if rows else abort(404)


@app.post("/api/bookings")
def book():
    wanted = request.get_json()
    if not isinstance(wanted.get("bikeId"), int) or not 1 <= wanted.get("hours", 0) <= 48:
        abort(422)
    rows = query(
        "INSERT INTO bookings (bike_id, hours) SELECT id, %s FROM bikes WHERE id = %s RETURNING id, bike_id, hours",
        (wanted["hours"], wanted["bikeId"]),
    )
    return (jsonify(rows[0]), 201) if rows else abort(404)


@app.post("/internal/alerts")
def alerts():
    """From Alertmanager; the staff page shows them."""
    for alert in request.get_json()["alerts"]:
        labels = alert["labels"]
        query(
            "INSERT INTO alerts (name, status) VALUES (%s, %s) RETURNING id",
            (labels["alertname"], alert["status"]),
        )
    return "", 204


@app.get("/staff/alerts")
def staff_alerts():
    return jsonify(query("SELECT name, status, at FROM alerts ORDER BY id DESC LIMIT 50"))
