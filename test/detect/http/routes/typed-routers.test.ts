import t from 'tap';
import { extract } from '../../../../lib/detect/index.ts';

const read = async (path: string, code: string, detector = 'http-routes') =>
  extract(detector, [{ path, bytes: Buffer.from(code) }], {});

t.test('groups that go round in a circle end, in Go and in Rust', async (t) => {
  const go = await read(
    'a.go',
    `package a
import "github.com/go-chi/chi/v5"
func A(r chi.Router) { r.Route("/a", B); r.Get("/x", h) }
func B(r chi.Router) { r.Route("/b", A); r.Get("/y", h) }
func main() { r := chi.NewRouter(); r.Mount("/self", r); A(r) }
`,
  );
  t.ok(go.parts.length + go.unresolved.length > 0, 'something is said');
  const rust = await read(
    'a.rs',
    `use axum::{Router, routing::get};
fn a() -> Router { Router::new().route("/x", get(h)).nest("/b", b()) }
fn b() -> Router { Router::new().route("/y", get(h)).nest("/a", a()) }
`,
  );
  t.ok(rust.parts.length + rust.unresolved.length > 0, 'something is said');
});

t.test('ten thousand routes of one router are all read', async (t) => {
  const lines = Array.from({ length: 10_000 }, (_, i) => `\tr.GET("/p${i}/:id", h)`);
  const code = `package a\nimport "github.com/gin-gonic/gin"\nfunc main() {\n\tr := gin.New()\n${lines.join('\n')}\n}\n`;
  const { parts } = await read('a.go', code);
  t.ok(parts.length >= 10_000 || parts.length === 0, `${parts.length} routes`);
  t.equal(parts.length, 10_000);
});

t.test('a path or method that nobody can know is said with its line, and no route is made up', async (t) => {
  const found = await read(
    'a.go',
    `package a
import "github.com/gin-gonic/gin"
func R(r *gin.Engine, p string) {
	r.GET(p, h)
	r.Handle(load(), "/x", h)
	r.GET()
	r.Group(p).GET("/y", h)
}
`,
  );
  t.same(found.parts, []);
  t.same([...new Set(found.unresolved.map(({ line }) => line))].sort(), [4, 5, 7]);
});

t.test('requests of tests, maps and caches are none', async (t) => {
  const found = await read(
    'a.go',
    `package a
import "net/http"
import "net/http/httptest"
func f(cache Cache, m map[string]string) {
	cache.Get("/x")
	httptest.NewRequest("GET", "/y", nil)
	_ = http.StatusOK
}
`,
    'http-calls',
  );
  t.same(found.parts, []);
  t.same(found.unresolved, []);
});
