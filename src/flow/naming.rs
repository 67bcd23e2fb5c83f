//! Names that values get by what they are bound to: literals that don't stand beside their name say it by an event.

use std::sync::Arc;

use super::Run;
use super::events::What;
use super::value::{Core, How, Value};
use crate::source::Place;
use crate::syntax::facts::{Expr, ExprKind};

impl Run<'_> {
    /// What stands beside the read of a variable is its default, and goes by its name.
    pub(super) fn name_defaults(&mut self, unit: usize, values: &[Value]) {
        let name = values.iter().find_map(|value| match &value.core {
            Core::Env(name) => Some(name.clone()),
            _ => None,
        });
        let Some(name) = name.filter(|name| self.index.may_name_credential(name)) else { return };
        for value in values {
            if let (Core::Text(_), Some(step)) = (&value.core, value.trail.last()) {
                let place = step.place.clone();
                let shape = self.shape(value);
                self.emit(unit, What::Bound { name: name.clone(), value: shape }, place);
            }
        }
    }

    /// Names a literal that a call hands through (`Field("..")`): it doesn't stand beside the name that it is bound to.
    pub(super) fn name_given(&mut self, unit: usize, name: &Arc<str>, expr: &Expr, value: &Value) {
        let given = matches!(expr.kind, ExprKind::Call(_)) && matches!(value.core, Core::Text(_));
        let step = value.trail.last().filter(|step| given && step.how == How::Written);
        if let Some(place) = step.map(|step| step.place.clone())
            && self.index.may_name_credential(name)
        {
            let shape = self.shape(value);
            self.emit(unit, What::Bound { name: name.clone(), value: shape }, place);
        }
    }

    /// A value bound to a name: a step, and an event where the value isn't written at this very place.
    pub(super) fn bound(&mut self, unit: usize, value: Value, name: Arc<str>, place: &Place) -> Value {
        let written_here = value.trail.last().is_some_and(|step| step.how == How::Written);
        let worth = matches!(value.core, Core::Text(_) | Core::Concat(_) | Core::Choice(_) | Core::Base64(_));
        if worth && !written_here && self.index.may_name_credential(&name) {
            let shape = self.shape(&value);
            self.emit(unit, What::Bound { name: name.clone(), value: shape }, place.clone());
        }
        match value.core {
            Core::Function(_) | Core::Class(_) | Core::Foreign(_) | Core::Nothing => value,
            _ => value.step(How::Bound, place.clone(), Some(name)),
        }
    }
}
