
"use strict";
(function () {
  // What a link points to is opened, also when it stands inside closed details.
  function reveal() {
    var id = decodeURIComponent(location.hash.slice(1));
    var target = id && document.getElementById(id);
    if (!target) return;
    var details = target.querySelector("details");
    if (target.closest(".ranked") && details) details.open = true;
    for (var node = target.parentElement; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", reveal);

  // Paper cannot be clicked: everything is open while it prints.
  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    closed.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    closed.forEach(function (details) { details.open = false; });
  });

  var table = document.querySelector("table.sortable");
  if (table) {
    var body = table.tBodies[0];
    var rows = Array.prototype.slice.call(body.rows);
    table.querySelectorAll("thead th").forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.textContent = "↕";
      button.setAttribute("aria-label", "Sort by " + head.textContent.trim());
      button.addEventListener("click", function () { sort(head, button, column); });
      head.append(" ", button);
    });
    var form = document.querySelector("form.filter");
    if (form) {
      form.hidden = false;
      form.addEventListener("input", function () { filter(form); });
      form.addEventListener("submit", function (event) { event.preventDefault(); });
      filter(form);
    }
  }
  reveal();

  function key(row, column) {
    var cell = row.cells[column];
    var value = cell.getAttribute("data-v");
    if (value === null) value = cell.textContent.trim();
    return value === "–" ? "" : value;
  }

  // Numbers as numbers, text as text; what is unknown stays at the end in both directions.
  function compare(a, b, sign) {
    if (a === "" || b === "") return (a === "") - (b === "");
    var x = Number(a), y = Number(b);
    return sign * (isNaN(x) || isNaN(y) ? a.localeCompare(b, "en", { numeric: true }) : x - y);
  }

  function sort(head, button, column) {
    var down = head.getAttribute("aria-sort") === "ascending";
    table.querySelectorAll("thead th").forEach(function (other) {
      other.removeAttribute("aria-sort");
      other.querySelector(".sort").textContent = "↕";
    });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    button.textContent = down ? "↓" : "↑";
    var keyed = rows.map(function (row, place) { return { row: row, key: key(row, column), place: place }; });
    keyed.sort(function (a, b) { return compare(a.key, b.key, down ? -1 : 1) || a.place - b.place; });
    keyed.forEach(function (entry) { body.append(entry.row); });
  }

  function filter(form) {
    var words = form.elements.find.value.toLowerCase().split(/\s+/).filter(Boolean);
    var kind = form.elements.kind ? form.elements.kind.value : "";
    var verdict = form.elements.verdict.value;
    var shown = 0;
    rows.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      var fits = (!kind || row.dataset.kind === kind) && (!verdict || row.dataset.verdict === verdict) &&
        words.every(function (word) { return text.indexOf(word) >= 0; });
      row.hidden = !fits;
      if (fits) shown += 1;
    });
    form.elements.shown.value = shown + " of " + rows.length + " shown";
  }
})();
