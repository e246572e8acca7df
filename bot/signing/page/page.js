// Let a person paste an announcement, and show whether it is genuine. Nothing leaves the page.
(function () {
  "use strict";

  var data = JSON.parse(document.getElementById("data").textContent);
  var chosen = firstLanguage();

  function firstLanguage() {
    var wanted = (navigator.languages || [navigator.language || ""]).map(function (tag) { return tag.toLowerCase().split("-")[0]; });
    for (var i = 0; i < wanted.length; i++) if (data.words[wanted[i]]) return wanted[i];
    return data.campaign.languages[0];
  }

  function element(id) { return document.getElementById(id); }

  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, function (whole, name) { return values[name] === undefined ? whole : values[name]; });
  }

  function show(language) {
    chosen = language;
    var words = data.words[language];
    document.documentElement.lang = language;
    document.documentElement.dir = words.direction;
    document.title = words.title;
    ["title", "intro", "text", "code", "check", "limits", "key_hint"].forEach(function (name) { element(name).textContent = words[name]; });
    element("result").hidden = true;
  }

  function check() {
    var verdict = self.signatures.verify(element("message").value, element("separate").value, data.campaign);
    var result = element("result"), words = data.words[chosen];
    var key = verdict.found === "genuine" ? verdict.kind : verdict.found;
    result.className = verdict.found;
    result.textContent = filled(words[key], { day: "\u2066" + String(verdict.day).replace(/-/g, "\u2011") + "\u2069" });
    result.hidden = false;
    result.focus();
  }

  data.campaign.languages.forEach(function (language) {
    var button = document.createElement("button");
    button.type = "button";
    button.lang = language;
    button.textContent = data.words[language].name;
    button.addEventListener("click", function () { show(language); });
    element("languages").appendChild(button);
  });
  element("key").textContent = data.campaign.public_key;
  element("check").addEventListener("click", check);
  show(chosen);
})();
