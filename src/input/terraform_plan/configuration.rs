//! The configuration in a plan: which attributes are set, and who refers to whom.
//!
//! References are texts such as `aws_iam_role.infra.arn`, `module.iam.role_arn`, `var.role`. What a local value refers to is not in a plan.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::plan::Order;

/// Which attributes each resource sets, by address without instance keys; and the Regions of providers.
#[derive(Default)]
pub(super) struct Configured {
    attributes: BTreeMap<String, BTreeSet<String>>,
    providers: BTreeMap<String, String>,
    regions: BTreeMap<String, String>,
    /// The providers that are told a Region which the plan does not show.
    elsewhere: BTreeSet<String>,
}

impl Configured {
    /// Whether the resource sets the attribute; `None` where the plan does not show its configuration.
    pub(super) fn sets(&self, address: &str, attribute: &str) -> Option<bool> {
        self.attributes.get(&crate::plan::without_keys(address)).map(|set| set.contains(attribute))
    }

    /// The Region of the resource's provider, if the plan tells it.
    pub(super) fn region_of(&self, address: &str) -> Option<String> {
        self.regions.get(self.provider_of(address)?).cloned()
    }

    /// Whether the resource's provider is told a Region that the plan does not show, such as a local value.
    pub(super) fn hides_region(&self, address: &str) -> bool {
        self.provider_of(address).is_some_and(|provider| self.elsewhere.contains(provider))
    }

    fn provider_of(&self, address: &str) -> Option<&String> {
        self.providers.get(&crate::plan::without_keys(address))
    }
}

#[derive(Deserialize)]
pub(super) struct Configuration {
    root_module: Option<Module>,
    provider_config: Option<BTreeMap<String, Provider>>,
}

#[derive(Deserialize)]
struct Provider {
    module_address: Option<String>,
    expressions: Option<ProviderExpressions>,
}

impl Provider {
    /// What it is told of its Region, if anything: written there, or the value of a variable of the root module, the only ones that a plan
    /// tells. What else it may be is not shown.
    fn region(self, variables: &BTreeMap<String, Variable>) -> Option<Result<String, Hidden>> {
        let Expression { text, references } = self.expressions?.region?;
        let of_variable = || match references.as_slice() {
            [reference] if self.module_address.is_none() => variables.get(reference.strip_prefix("var.")?)?.value.0.clone(),
            _ => None,
        };
        Some(text.or_else(of_variable).ok_or(Hidden))
    }
}

/// A plan does not show it.
struct Hidden;

/// A variable of the root module. It may be a secret: only what may be a Region is kept.
#[derive(Deserialize)]
pub(super) struct Variable {
    #[serde(default)]
    value: RegionName,
}

#[derive(Deserialize)]
struct ProviderExpressions {
    region: Option<Expression>,
}

#[derive(Deserialize)]
struct Module {
    resources: Option<Vec<Resource>>,
    #[serde(rename = "module_calls")]
    calls: Option<BTreeMap<String, Call>>,
    outputs: Option<BTreeMap<String, Output>>,
}

#[derive(Deserialize)]
struct Resource {
    address: String,
    mode: Option<String>,
    provider_config_key: Option<String>,
    expressions: Option<BTreeMap<String, Expression>>,
    count_expression: Option<Expression>,
    for_each_expression: Option<Expression>,
    depends_on: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Call {
    expressions: Option<BTreeMap<String, Expression>>,
    count_expression: Option<Expression>,
    for_each_expression: Option<Expression>,
    depends_on: Option<Vec<String>>,
    module: Option<Module>,
}

#[derive(Deserialize)]
struct Output {
    expression: Option<Expression>,
    depends_on: Option<Vec<String>>,
}

/// What an expression refers to. Of constants only a Region's is looked at.
#[derive(Default)]
struct Expression {
    references: Vec<String>,
    text: Option<String>,
}

impl Configuration {
    /// Puts the references into the order, and tells what is set.
    pub(super) fn read(self, variables: &BTreeMap<String, Variable>, order: &mut Order) -> Configured {
        let mut configured = Configured::default();
        for (key, provider) in self.provider_config.into_iter().flatten() {
            match provider.region(variables) {
                Some(Ok(region)) => _ = configured.regions.insert(key, region),
                Some(Err(Hidden)) => _ = configured.elsewhere.insert(key),
                None => {}
            }
        }
        if let Some(root) = self.root_module {
            let mut reader = Reader { order, configured: &mut configured };
            reader.module("", root);
        }
        configured
    }
}

struct Reader<'a> {
    order: &'a mut Order,
    configured: &'a mut Configured,
}

impl Reader<'_> {
    /// Reads a module of that path: empty, or `module.a.module.b.`. Its own node stands for everything in it.
    fn module(&mut self, path: &str, module: Module) {
        for resource in module.resources.into_iter().flatten() {
            self.resource(path, resource);
        }
        for (name, output) in module.outputs.into_iter().flatten() {
            let node = format!("{path}output.{name}");
            self.order.note(&node);
            self.depends(path, &node, output.depends_on);
            self.refers(path, &node, output.expression.iter());
        }
        for (name, call) in module.calls.into_iter().flatten() {
            self.call(path, &name, call);
        }
    }

    fn resource(&mut self, path: &str, resource: Resource) {
        let Resource { address, mode, provider_config_key, expressions, count_expression, for_each_expression, depends_on } = resource;
        let node = format!("{path}{address}");
        self.order.note(&node);
        self.order.add(&whole(path), &node);
        // Whatever a module waits for, each resource in it waits for.
        self.order.add(&node, &gate(path));
        self.depends(path, &node, depends_on);
        let expressions = expressions.unwrap_or_default();
        self.refers(path, &node, expressions.values().chain(&count_expression).chain(&for_each_expression));
        if mode.as_deref() != Some("data") {
            self.configured.providers.extend(provider_config_key.map(|key| (node.clone(), key)));
            self.configured.attributes.insert(node, expressions.into_keys().collect());
        }
    }

    fn call(&mut self, path: &str, name: &str, call: Call) {
        let inner = format!("{path}module.{name}.");
        let gate = gate(&inner);
        self.order.add(&whole(path), &whole(&inner));
        self.order.add(&gate, &self::gate(path));
        self.depends(path, &gate, call.depends_on);
        self.refers(path, &gate, call.count_expression.iter().chain(&call.for_each_expression));
        for (variable, expression) in call.expressions.into_iter().flatten() {
            self.refers(path, &format!("{inner}var.{variable}"), [&expression].into_iter());
        }
        if let Some(module) = call.module {
            self.module(&inner, module);
        }
    }

    /// What is named in `depends_on` is meant as a whole, a module too.
    fn depends(&mut self, path: &str, node: &str, on: Option<Vec<String>>) {
        for reference in on.into_iter().flatten() {
            let reference = crate::plan::without_keys(&reference);
            let to = if reference.starts_with("module.") && reference.matches('.').count() == 1 {
                whole(&format!("{path}{reference}."))
            } else {
                format!("{path}{reference}")
            };
            self.order.add(node, &to);
        }
    }

    fn refers<'e>(&mut self, path: &str, node: &str, expressions: impl Iterator<Item = &'e Expression>) {
        let references = expressions.flat_map(|expression| &expression.references);
        let references: BTreeSet<String> = references.map(|reference| crate::plan::without_keys(reference)).collect();
        for reference in &references {
            let parts: Vec<&str> = reference.split('.').collect();
            match parts.as_slice() {
                ["local", ..] => self.order.note_opaque(node),
                ["module", name, output, ..] => self.order.add(node, &format!("{path}module.{name}.output.{output}")),
                // A module as such is named beside each of its outputs. Alone, any of them may be meant.
                ["module", name] => {
                    let longer = format!("{reference}.");
                    if !references.iter().any(|other| other.starts_with(&longer)) {
                        self.order.add(node, &whole(&format!("{path}module.{name}.")));
                    }
                }
                ["data", kind, name, ..] => self.order.add(node, &format!("{path}data.{kind}.{name}")),
                ["each" | "count" | "path" | "self" | "terraform", ..] => {}
                [kind, name, ..] => self.order.add(node, &format!("{path}{kind}.{name}")),
                _ => {}
            }
        }
    }
}

/// The node that stands for everything in a module.
fn whole(path: &str) -> String {
    format!("{path}*")
}

/// The node that stands for what a module waits for.
fn gate(path: &str) -> String {
    format!("{path}^")
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExpressionVisitor)
    }
}

struct ExpressionVisitor;

impl<'de> Visitor<'de> for ExpressionVisitor {
    type Value = Expression;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an expression or blocks of them")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Expression, A::Error> {
        let mut expression = Expression::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "references" => expression.references.extend(map.next_value::<References>()?.0),
                // A constant may be a secret: of a text only what may be a Region is kept.
                "constant_value" => expression.text = map.next_value::<RegionName>()?.0,
                _ => expression.references.extend(map.next_value::<Expression>()?.references),
            }
        }
        Ok(expression)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Expression, A::Error> {
        let mut expression = Expression::default();
        while let Some(inner) = seq.next_element::<Expression>()? {
            expression.references.extend(inner.references);
        }
        Ok(expression)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Expression, E> {
        Ok(Expression::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Expression, E> {
        Ok(Expression::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Expression, E> {
        Ok(Expression::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Expression, E> {
        Ok(Expression::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Expression, E> {
        Ok(Expression::default())
    }

    fn visit_unit<E>(self) -> Result<Expression, E> {
        Ok(Expression::default())
    }
}

/// A list of references; a block of that name is none.
struct References(Vec<String>);

impl<'de> Deserialize<'de> for References {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Shape {
            List(Vec<String>),
            Other(IgnoredAny),
        }
        match Shape::deserialize(deserializer).map_err(|_| D::Error::custom("expected references"))? {
            Shape::List(references) => Ok(Self(references)),
            Shape::Other(_) => Ok(Self(Vec::new())),
        }
    }
}

/// A constant, if it looks like the name of a Region.
#[derive(Default)]
struct RegionName(Option<String>);

impl<'de> Deserialize<'de> for RegionName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Shape {
            Text(String),
            Other(IgnoredAny),
        }
        let is_region = |text: &String| {
            let parts: Vec<&str> = text.split('-').collect();
            parts.len() >= 3
                && text.len() <= 32
                && parts.last().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()) && !last.is_empty())
        };
        match Shape::deserialize(deserializer).map_err(|_| D::Error::custom("expected a value"))? {
            Shape::Text(text) => Ok(Self(Some(text).filter(is_region))),
            Shape::Other(_) => Ok(Self(None)),
        }
    }
}
