//! The browsable view: what it shows, what it offers, and that nothing in it runs.

use http::header;
use serde_json::json;

use super::*;
use crate::schema::tests::members;

struct Place {
    item: PathItem,
    schemas: Components,
    headers: HeaderMap,
}

fn place() -> Place {
    let (item, schemas) = members();
    let headers = HeaderMap::from_iter([
        (header::ALLOW, "GET, POST, HEAD, OPTIONS".parse().unwrap()),
        (header::ETAG, "\"abc\"".parse().unwrap()),
        (header::CONTENT_TYPE, "text/html".parse().unwrap()),
        (header::SET_COOKIE, "session=secret".parse().unwrap()),
    ]);
    Place { item, schemas, headers }
}

fn view<'a>(place: &'a Place, value: &'a Value) -> View<'a> {
    View {
        site: "Acme",
        method: "GET",
        url: "https://h.example/api/v1/members/?page=2&format=api&q=a%26b",
        status: 200,
        headers: &place.headers,
        value: Some(value),
        item: Some(&place.item),
        schemas: Some(&place.schemas),
        may: &["GET", "POST", "HEAD", "OPTIONS"],
        who: None,
        csrf: None,
        french: false,
    }
}

#[test]
fn it_shows_what_was_asked_and_what_came() {
    let (place, value) = (
        place(),
        json!({ "count": 1, "next": "https://h.example/api/v1/members/?page=3",
        "previous": null, "results": [] }),
    );
    let html = page(&view(&place, &value));
    for part in [
        "<h1>List the members</h1>",
        "<li><a href=\"/api/\">API</a></li>\n<li>v1</li>\n<li><a href=\"/api/v1/members/\" aria-current=\"page\">members</a></li>",
        "<span class=\"method\">GET</span> /api/v1/members/?page=2&amp;format=api&amp;q=a%26b",
        "HTTP 200 OK",
        "<span class=\"name\">Content-Type:</span> application/json",
        "<span class=\"name\">Allow:</span> GET, POST, HEAD, OPTIONS",
        "<span class=\"name\">ETag:</span> &quot;abc&quot;",
        "href=\"/api/v1/members/?page=2&amp;q=a%26b&amp;format=json\"",
        "href=\"/api/v1/members/?page=2&amp;q=a%26b&amp;format=xml\"",
        "<a href=\"https://h.example/api/v1/members/?page=3\" rel=\"next\">",
        "/login?next=%2Fapi%2Fv1%2Fmembers%2F%3Fpage%3D2%26format%3Dapi%26q%3Da%2526b",
        "data-method=\"OPTIONS\"",
    ] {
        assert!(html.contains(part), "{part} is missing in\n{html}");
    }
    assert!(!html.contains("rel=\"prev\"") && !html.contains("secret"));
}

#[test]
fn there_is_a_form_for_what_the_caller_may_do() {
    let (mut place, value) = (place(), json!({ "username": "ada", "pk": 3 }));
    place.item.put = place.item.post.clone();
    place.item.delete = place.item.get.clone();
    let reader = page(&View { may: &["GET"], ..view(&place, &value) });
    assert!(!reader.contains("method=\"post\"") && !reader.contains("data-method=\"PUT\""));

    let html = page(&View {
        may: &["GET", "POST", "PUT", "DELETE"],
        csrf: Some("t\"k"),
        who: Some("Ada <3"),
        ..view(&place, &value)
    });
    for part in [
        "<form class=\"form\" method=\"post\"",
        "<input type=\"hidden\" name=\"csrf_token\" value=\"t&quot;k\">",
        "<label for=\"post-username\">Username <span class=\"required\">required</span></label>",
        "<input type=\"text\" name=\"username\" id=\"post-username\" aria-describedby=\"post-username-hint\" required maxlength=\"30\">",
        "<input type=\"password\" name=\"password\"",
        "<input type=\"email\" name=\"email\"",
        "<input type=\"number\" name=\"age\" id=\"post-age\" step=\"1\" min=\"3\" max=\"150\">",
        "<option value=\"\">–</option><option>true</option><option>false</option>",
        "<option>human</option><option>bot</option>",
        "<textarea name=\"biography\"",
        "<fieldset class=\"field\"><legend>Tags</legend>",
        "data-method=\"PUT\"",
        "data-csrf=\"t&quot;k\"",
        "data-method=\"DELETE\"",
        "data-after=\"/api/v1/\"",
        "Logged in as <b>Ada &lt;3</b>",
    ] {
        assert!(html.contains(part), "{part} is missing in\n{html}");
    }
    assert!(
        html.contains(
            "name=\"_raw\" spellcheck=\"false\">{\n  &quot;username&quot;: &quot;ada&quot;\n}</textarea>"
        ),
        "{html}"
    );
}

#[test]
fn errors_stand_where_they_belong() {
    let (place, value) = (place(), json!({ "username": ["This <b>is</b> taken."] }));
    let html = page(&View { method: "POST", status: 400, ..view(&place, &value) });
    assert!(html.contains("<span class=\"status bad\">HTTP 400 Bad Request</span>"));
    assert!(
        html.contains("<p class=\"error\" id=\"post-username-error\">This &lt;b&gt;is&lt;/b&gt; taken.</p>"),
        "{html}"
    );
    assert!(
        html.contains("aria-describedby=\"post-username-hint post-username-error\" aria-invalid=\"true\"")
    );

    let gone = json!({ "detail": "Not found." });
    let html = page(&View { status: 404, item: None, schemas: None, may: &[], ..view(&place, &gone) });
    assert!(html.contains("<h1>/api/v1/members/</h1>") && html.contains("HTTP 404 Not Found"));
}

#[test]
fn nothing_that_comes_from_outside_runs() {
    let evil = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";
    let (mut place, value) = (
        place(),
        json!({ evil: [evil, "javascript:alert(1)"], "next": "javascript:alert(1)",
        "previous": "https://x/\"onmouseover=\"alert(1)" }),
    );
    place.item.get.as_mut().unwrap().summary = Some(evil.to_owned());
    place.headers.insert(header::LINK, "<x>\"<script>".parse().unwrap());
    let url = format!("https://h/api/{evil}/?{evil}");
    let html =
        page(&View { url: &url, method: evil, who: Some(evil), csrf: Some(evil), ..view(&place, &value) });
    assert!(!html.contains("<script>") && !html.contains("<img"), "{html}");
    assert!(!html.contains("href=\"javascript") && !html.contains("\"onmouseover="));
    assert_eq!(html.matches("<script").count(), 1, "only the script of the shell");
}

#[test]
fn it_speaks_french() {
    let (place, value) = (place(), json!({}));
    let html = page(&View { french: true, ..view(&place, &value) });
    assert!(
        html.contains("<html lang=\"fr\">") && html.contains("Se connecter") && html.contains("obligatoire")
    );
}

#[test]
fn an_answer_without_body_has_no_type() {
    let place = place();
    let html = page(&View { value: None, status: 204, ..view(&place, &Value::Null) });
    assert!(html.contains("HTTP 204 No Content") && !html.contains("Content-Type:"));
}
